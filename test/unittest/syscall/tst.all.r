
  getppid                                                          10
  getpgid                                                          20
