/* SPDX-License-Identifier: BSD-2-Clause */
provider p { probe a(int); probe a(long); };
BEGIN { trace(1); }
