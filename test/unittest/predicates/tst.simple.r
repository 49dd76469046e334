five
between
always

