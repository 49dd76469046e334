/* SPDX-License-Identifier: BSD-2-Clause */
/* @@opts: -w */
BEGIN { speculate(1); system("true"); }
