calls 5 1

