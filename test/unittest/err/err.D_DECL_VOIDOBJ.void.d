/* SPDX-License-Identifier: BSD-2-Clause */
void x;
BEGIN { exit(0); }
