/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV-29, BV-34..37: what the probe is.
 */

#pragma D option quiet

BEGIN
{
	printf("%d [%s] [%s] [%s] [%s]\n", id, probeprov, probemod, probefunc, probename);
	exit(0);
}

END
{
	printf("%d [%s] [%s] [%s] [%s]\n", id, probeprov, probemod, probefunc, probename);
}
