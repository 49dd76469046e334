
  bash                                                      2               12
  bash                                                      3               12
  sshd                                                      4              150
