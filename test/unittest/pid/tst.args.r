funcs ten entry
1 2 3 -4 5 6 7 8 9 10
ten return 0 47
add 1000

