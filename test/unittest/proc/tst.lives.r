
create [lives] 1: 5
exec [/bin/true] 0: 1
exec [/nonexistent/program] 0: 1
exec-failure [] 2: 1
exec-success [true to life] 0: 1
exec-success [true] 3: 1
exit [lives] 1: 2
exit [lives] 2: 2
exit [true] 1: 1
lwp-create [process] 0: 5
lwp-create [thread] 0: 2
lwp-exit [process] 0: 5
lwp-exit [thread] 0: 2
lwp-start [process] 0: 5
lwp-start [thread] 0: 2
signal-clear [] 14: 1
signal-discard [child] 17: 5
signal-discard [self] 12: 1
signal-handle [handler] 10: 1
signal-handle [in a child] 6: 1
signal-handle [in a child] 9: 1
signal-send [in a child] 6: 1
signal-send [in a child] 9: 1
signal-send [self] 10: 1
signal-send [self] 14: 1
start [process] 0: 5
