
  c                                                                 3
  b                                                                 2
  a                                                                 1
