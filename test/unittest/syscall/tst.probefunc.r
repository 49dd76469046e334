
  lseek                                               return                                                            1
  getppid                                             entry                                                             2
  getpgid                                             entry                                                             3
