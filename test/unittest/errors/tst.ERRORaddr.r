fault 1 address 30

