
  lseek                                                             1
  getppid                                                           2
  getpgid                                                           3
