top b 2
top c 3
low a 1
low b 2

