/* PD-01..08: descriptions as tokens */
syscall::read:entry, syscall:::return,:::x, pid$target:a.out:m*:entry { }
fbt:vmlinux:vfs_[a-z]*:, fbt::!x?:entry, a\:b:c { }
12, 9p:::x { }
profile-97 { }
tick-1s/1/{ }
