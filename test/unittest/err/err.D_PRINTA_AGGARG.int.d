/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { printa("%d", 1); }
