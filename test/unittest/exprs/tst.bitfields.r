1 100 -3 ffffffffff -1
101 9
fffffffff 1 -1

