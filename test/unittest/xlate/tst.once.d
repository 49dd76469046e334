/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-19: what is translated is evaluated once for a member, however often the translator names it,
 * also if it names it in one arm only or not at all; what is not named is not evaluated.
 */
#pragma D option quiet

struct out { int twice; int maybe; int never; int fault; };
translator struct out < int N > {
	twice = N * 100 + N;
	maybe = arg0 ? N : -1;
	never = 5;
	fault = *(int *)N;
};

BEGIN
{
	this->n = 1;
	printf("%d\n", xlate <struct out>(this->n++).twice);
	printf("%d\n", xlate <struct out>(this->n++).maybe);
	printf("%d\n", xlate <struct out>(this->n++).never);
	printf("%d\n", this->n);
	exit(0);
}
