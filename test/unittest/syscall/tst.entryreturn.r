
  entry                                                            50
  return                                                           50
