/* SPDX-License-Identifier: BSD-2-Clause */
BEGIN { trace(curpsinfo->pr_pctcpu); }
