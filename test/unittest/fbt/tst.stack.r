entry vmlinux`do_syscall_64 1

              vmlinux`do_syscall_64
return vmlinux`do_syscall_64 1

              vmlinux`do_syscall_64

