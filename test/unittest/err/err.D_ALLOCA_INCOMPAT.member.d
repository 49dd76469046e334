/* SPDX-License-Identifier: BSD-2-Clause */
/* Pointers to scratch memory are told apart from others at compile time: memory cannot hold them. */
struct node { struct node *next; int v; };

BEGIN
{
	this->p = (struct node *)alloca(sizeof(struct node));
	this->q = (struct node *)alloca(sizeof(struct node));
	this->p->next = this->q;
	trace(this->p->next->v);
}
