/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sizeof, offsetof; probe names as values.
 */

#pragma D option quiet

BEGIN
{
	printf("%d %d\n", sizeof(int), sizeof(struct task_struct) > 100);
	printf("%d\n", offsetof(struct task_struct, comm) > 0);
	printf("%s\n", probeprov);
	p = probename;
	printf("%s\n", p);
	q = strjoin(probeprov, p);
	printf("%s\n", q);
	exit(0);
}
