/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV-14, BV-15: cpu_id of curcpu is cpu; what is not known of a CPU is 0.
 */

#pragma D option quiet

BEGIN
{
	printf("%d %d\n", curcpu->cpu_id == cpu, curcpu->cpu_lgrp);
	exit(0);
}
