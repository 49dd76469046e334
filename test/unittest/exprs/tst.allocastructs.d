/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * several structs in alloca space, copied whole.
 */

#pragma D option quiet

struct n { struct n *next; int v; };

BEGIN
{
	this->l = (struct n *)alloca(sizeof(struct n) * 3);
	this->l[1].v = 7;
	this->l[2] = this->l[1];
	printf("%d\n", (this->l + 2)->v);
	exit(0);
}
