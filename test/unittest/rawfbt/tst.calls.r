rawfbt __x64_sys_close -1 -9

