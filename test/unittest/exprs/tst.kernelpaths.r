1 1
1
Linux

