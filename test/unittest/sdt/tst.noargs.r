
  sched                                                             1
  sched_process_exit                                                1
  pid                                                               1
