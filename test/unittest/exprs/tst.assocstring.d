/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strings as values and as parts of keys, known at load time or not. Three in one key are longer than
 * old kernels take.
 *
 * @@requires hash-keys-over-512-bytes
 */

#pragma D option quiet

string a[int]; string b[string]; int c[string, int, string];

BEGIN
{
	a[1] = "one";
	b["x"] = a[1];
	b[a[1]] = "uno";
	printf("%s %s %s [%s]\n", a[1], b["x"], b["one"], b["none"]);
	c["a", 1, "b"] = 1;
	c[a[1], 1, b["one"]] = 2;
	printf("%d %d %d\n", c["a", 1, "b"], c["one", 1, "uno"], c["a", 2, "b"]);
	a[1] = 0;
	printf("[%s]\n", a[1]);
	exit(0);
}
