1
2
2
2
big
small
-1

