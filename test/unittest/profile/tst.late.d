/* SPDX-License-Identifier: BSD-2-Clause */
/* PRF-04: arg2 is how late a firing is: never early, and not always 0. */

#pragma D option quiet

profile-97
{
	@[(int64_t)arg2 < 0 ? "early" : arg2 > 60000000000 ? "absurd" : arg2 ? "late" : "in time"] = count();
}

tick-1s
{
	exit(0);
}
