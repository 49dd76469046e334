/* SPDX-License-Identifier: BSD-2-Clause */
translator int < int N > { };
BEGIN { trace(1); }
