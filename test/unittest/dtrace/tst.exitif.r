no exit
a
b
c
d

