sdt:sched::sched_switch
calls calls 1
16 4 1

