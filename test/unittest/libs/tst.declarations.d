/* SPDX-License-Identifier: BSD-2-Clause */
/* LIB-02, LIB-04, GRM-09, GRM-10: a program has the types and the inlines of a library. */
/* @@opts -q -L test/unittest/libs/decl */
this pair_t p;
bignum_t big;

BEGIN
{
	this->p.first = MORE;
	this->p.second = 1ull << 40;
	big = this->p.second + twice[ANSWER];
	printf("%d %d %d %s\n", this->p.first, this->p.second, big, WORD);
	printf("%d %s %s %s\n", four_times[3], colour_name[BLUE], colour_name[GREEN], colour_name[9]);
	printf("%d %d\n", sizeof(pair_t), ((struct pair *)0 == NULL) + sizeof(bignum_t));
	exit(0);
}
