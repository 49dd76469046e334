page_faults-all-1 0
page_faults-kernel-1 0
page_faults-user-1 0
1 1 0

