true 1 1

