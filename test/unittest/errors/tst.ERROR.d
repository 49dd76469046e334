/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * providers 2: the ERROR probe, its arguments, and that the default report comes as well.
 */

#pragma D option quiet

int zero;

ERROR
{
	printf("probe %d fault %d\n", arg1, arg4);
}

BEGIN { trace(1 / zero); }
BEGIN { printf("end\n"); exit(0); }
