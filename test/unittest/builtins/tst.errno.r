9 -9
getppid 0

