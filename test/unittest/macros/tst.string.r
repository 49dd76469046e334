12 word 2

