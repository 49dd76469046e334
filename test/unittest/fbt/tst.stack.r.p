#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# How far into the caller differs. (Some kernels have a function of their own between the two. And on old
# ones, whose unwinder stops there, a stack ends at the trampoline of a return probe, where fexit could not
# be had.)
exec sed 's/+0x[0-9a-f]*//; s/x64_sys_call/do_syscall_64/; s/kretprobe_trampoline 0/do_syscall_64 1/; s/kretprobe_trampoline/do_syscall_64/'
