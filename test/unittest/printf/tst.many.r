1 two 3 4 -5 six 7 -8 9 ten

