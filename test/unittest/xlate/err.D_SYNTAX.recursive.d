/* SPDX-License-Identifier: BSD-2-Clause */
struct loop { int a; };
translator struct loop < int N > { a = xlate <struct loop>(N).a; };
BEGIN { trace(1); }
