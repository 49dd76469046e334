/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-05: this-> is shared by the clauses of one firing.
 */

#pragma D option quiet

BEGIN { this->x = 11; this->s = "text"; }
BEGIN { printf("%d %s\n", this->x, this->s); this->x++; }
BEGIN { printf("%d\n", this->x); exit(0); }
