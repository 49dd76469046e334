
  vmlinux                                             __x64_sys_getpgid                                   entry                                                            30
  vmlinux                                             __x64_sys_lseek                                     entry                                                            20
  __x64_sys_lseek                                                  20
