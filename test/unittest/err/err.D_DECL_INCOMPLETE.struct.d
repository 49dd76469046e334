/* SPDX-License-Identifier: BSD-2-Clause */
struct nosuch x;
BEGIN { exit(0); }
