a 5
b 6
a 0
b 0

