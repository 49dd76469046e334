kernel, pc in user space: 1

