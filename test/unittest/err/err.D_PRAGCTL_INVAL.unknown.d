/* SPDX-License-Identifier: BSD-2-Clause */
#nosuchdirective
BEGIN { exit(0); }
