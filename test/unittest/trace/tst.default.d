/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * F-18, GRM-02: the default action, of a clause with no statement, traces an empty record.
 */

BEGIN { }
BEGIN { x = 1; }
BEGIN { ; }
BEGIN { exit(0); }
