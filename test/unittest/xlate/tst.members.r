1 dtrace dtrace dtr
dt 16
42 odd 4 four!
0 5 -3 44 7
34
1
1
12
equal

  dtrace                                              dtr                                                 odd                                                              42
