3 dtrace:::ERROR

