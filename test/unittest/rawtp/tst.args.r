rawtp:sched::sched_switch
calls 1 1

