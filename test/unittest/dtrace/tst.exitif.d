/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-03: only an exit() that was called keeps later clauses from running, in END too, where the
 * trace has already been ended.
 * @@status: 3
 */

#pragma D option quiet

int zero;

BEGIN /zero/ { exit(1); }
BEGIN { if (zero) exit(2); else printf("no exit\n"); }
BEGIN { printf("a\n"); exit(3); }
BEGIN { printf("not printed\n"); }
END { if (zero) exit(4); printf("b\n"); }
END { printf("c\n"); exit(5); printf("d\n"); }
END { printf("not printed\n"); }
