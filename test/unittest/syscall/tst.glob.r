
  lseek                                                             1
  getpgid                                                           3
