/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-02..06: count, sum, avg, min and max in one clause.
 */

#pragma D option quiet

int n;

tick-1ms
/n < 5/
{
	this->v = n * 10 - 15;
	@c = count();
	@s = sum(this->v);
	@a = avg(this->v);
	@i = min(this->v);
	@x = max(this->v);
	n++;
}

tick-1ms /n == 5/ { exit(0); }
