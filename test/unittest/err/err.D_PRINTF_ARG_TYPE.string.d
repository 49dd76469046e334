/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { printf("%d", "a"); }
