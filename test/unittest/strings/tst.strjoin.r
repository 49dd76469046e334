[foobar]
[x]
[x]
[abcd]

