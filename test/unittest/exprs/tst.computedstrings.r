dtrace! 7
dtrace!
[]

