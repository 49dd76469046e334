before
after 0

