CPU FUNCTION                                 
  C  => getppid                                         1
  C  <= getppid                                         1
  C  <= getppid                               

