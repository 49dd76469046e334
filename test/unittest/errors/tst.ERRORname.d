/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * providers 2: the names of the ERROR probe.
 * @@status: 3
 */

#pragma D option quiet

int zero;

ERROR
{
	printf("%d %s:%s:%s:%s\n", id, probeprov, probemod, probefunc, probename);
	exit(3);
}

BEGIN { trace(1 / zero); }
