innermost
middle
outermost
main
