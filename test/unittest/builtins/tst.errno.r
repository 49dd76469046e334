9 -1
getppid 0

