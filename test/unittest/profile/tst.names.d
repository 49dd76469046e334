/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PRF-01: names of the probes.
 */

#pragma D option quiet

tick-10ms
{
	printf("[%s] [%s] [%s] [%s]\n", probeprov, probemod, probefunc, probename);
	exit(0);
}
