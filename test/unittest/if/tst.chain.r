one
two
three odd
many

