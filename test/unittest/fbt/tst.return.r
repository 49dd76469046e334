__x64_sys_close:return -1 -9 -9
__x64_sys_close:return -1 -9 -9

