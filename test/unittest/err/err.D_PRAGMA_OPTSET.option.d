/* SPDX-License-Identifier: BSD-2-Clause */
#pragma D option nosuchoption
BEGIN { exit(0); }
