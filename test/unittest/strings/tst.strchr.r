[oobar]
[obar]
[foobar]
[r]
1
1

