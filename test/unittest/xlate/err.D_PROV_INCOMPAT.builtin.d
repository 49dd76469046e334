/* SPDX-License-Identifier: BSD-2-Clause */
provider syscall { probe entry(int); };
BEGIN { trace(1); }
