/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-02: storing 0 frees the element; it can be set again.
 */

#pragma D option quiet

BEGIN
{
	a["k"] = 7;
	a["k"] = 0;
	printf("%d\n", a["k"]);
	a["k"] = 8;
	printf("%d\n", a["k"]);
	s[1] = "text";
	s[1] = 0;
	printf("[%s]\n", s[1]);
	exit(0);
}
