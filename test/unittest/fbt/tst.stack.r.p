#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# How far into the caller differs. (Some kernels have a function of their own between the two.)
exec sed 's/+0x[0-9a-f]*//; s/x64_sys_call/do_syscall_64/'
