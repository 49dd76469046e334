[short] 5
[tiny] 4

