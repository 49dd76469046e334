
vmlinux`__schedule

vmlinux`__schedule

