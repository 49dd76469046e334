/* SPDX-License-Identifier: BSD-2-Clause */
/* @@args: 1 2 */
BEGIN { exit(0); }
