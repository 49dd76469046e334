program 1
