4 1
1
dtrace
BEGIN
dtraceBEGIN

