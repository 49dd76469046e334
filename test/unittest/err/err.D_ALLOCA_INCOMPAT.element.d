/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { this->a = (char **)alloca(32); this->a[1] = (char *)copyin(arg0, 8); }
