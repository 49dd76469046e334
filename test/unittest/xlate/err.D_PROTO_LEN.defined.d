/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { trace(defined(1, 2)); }
