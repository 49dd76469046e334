
  minus                                                            -5
  zero                                                              0
  plus                                                              5
