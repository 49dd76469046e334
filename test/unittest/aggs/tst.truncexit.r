
  c                                                                 3
