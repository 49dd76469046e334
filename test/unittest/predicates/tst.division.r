half 1
third

