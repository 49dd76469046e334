/* GRM-01..04: clauses */
BEGIN { }
BEGIN, END { trace(1) }
syscall::read:entry /pid == 1, uid == 2/ { trace(1); trace(2); }
12 /x/ { ; }
