/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { x = 0x12345678123456781; }
