late 1
