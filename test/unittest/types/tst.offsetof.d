/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-23: offsetof.
 */

#pragma D option quiet

struct s { char c; short h; int i; char d; long l; };

BEGIN
{
	printf("%d %d %d %d %d\n", offsetof(struct s, c), offsetof(struct s, h), offsetof(struct s, i),
	    offsetof(struct s, d), offsetof(struct s, l));
	exit(0);
}
