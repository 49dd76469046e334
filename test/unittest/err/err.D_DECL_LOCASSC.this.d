/* SPDX-License-Identifier: BSD-2-Clause */
this int a[int];
BEGIN { exit(0); }
