__x64_sys_getpgid:entry 0 1
__x64_sys_getpgid:entry 1 1
__x64_sys_getpgid:entry 2 1
__x64_sys_getpgid:entry 3 1

