/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-02: string keys compare by content.
 */

#pragma D option quiet

BEGIN
{
	a["one"] = 1;
	a["two"] = 2;
	this->k = strjoin("o", "ne");
	printf("%d %d %d\n", a["one"], a[this->k], a["three"]);
	a[strjoin("t", "wo")]++;
	printf("%d\n", a["two"]);
	exit(0);
}
