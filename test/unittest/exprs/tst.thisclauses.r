3 s

