
  nfsservctl                                          entry                                                    11       33                3
  nfsservctl                                          one of all                                              -38       38                3
  nfsservctl                                          return                                                  -38       38                3
