1 1
same

