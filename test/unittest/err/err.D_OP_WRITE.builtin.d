/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { pid = 2; }
