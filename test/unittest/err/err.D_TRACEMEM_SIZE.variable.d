/* SPDX-License-Identifier: BSD-2-Clause */
int n;
BEGIN { tracemem(0, n); }
