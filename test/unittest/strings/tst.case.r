[HELLO, 1Z]
[hello, 1z]
[]

