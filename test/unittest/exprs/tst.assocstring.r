one one uno []
1 2 0
[]

