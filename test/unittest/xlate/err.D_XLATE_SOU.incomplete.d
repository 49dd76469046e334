/* SPDX-License-Identifier: BSD-2-Clause */
struct nosuch;
BEGIN { trace(xlate <struct nosuch *>(1)->a); }
