a/2: 10
b/1: 20
a    |  2|      10|
b    |  1|      20|
only 10
only 20

