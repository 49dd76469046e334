[usr]
[local]
[bin]
1

