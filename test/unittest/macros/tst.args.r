12 6 $3
hello

