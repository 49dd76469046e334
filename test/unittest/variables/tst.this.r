11 text
12

