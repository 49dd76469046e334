/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { trace("a" << 1); }
