/* SPDX-License-Identifier: BSD-2-Clause */
int x;
BEGIN { trace(x->y); }
