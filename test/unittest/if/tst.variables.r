11 zero

