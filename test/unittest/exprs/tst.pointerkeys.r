2
p

