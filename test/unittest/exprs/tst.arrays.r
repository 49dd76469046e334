1 2 44 88
hi
ffffffffffffffff

