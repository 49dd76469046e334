/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-02, F-18: the empty record is for clauses without statements; neither assigning nor
 * aggregating makes one, nor a branch in which nothing was recorded. clear() is a record.
 */

BEGIN {}
BEGIN { ; }
BEGIN { self->t = timestamp; x = 1; }
BEGIN { @ = count(); }
BEGIN { if (!x) trace(1); }
BEGIN { if (x) y = 2; else trace(2); }
BEGIN { clear(@); }
BEGIN { exit(0); }
END {}
