
  a                                                                 1
  c                                                                 3
  b                                                                10
