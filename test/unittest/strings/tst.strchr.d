/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-26, S-27: strchr and strrchr.
 */

#pragma D option quiet

BEGIN
{
	printf("[%s]\n", strchr("foobar", 'o'));
	printf("[%s]\n", strrchr("foobar", 'o'));
	printf("[%s]\n", strchr("foobar", 'f'));
	printf("[%s]\n", strrchr("foobar", 'r'));
	printf("%d\n", strchr("foobar", 'x') == NULL);
	printf("%d\n", strrchr("foobar", 'x') == NULL);
	exit(0);
}
