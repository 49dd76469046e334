/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-18, GRM-19: members that are integers, strings, arrays, pointers, bit-fields, structs translated
 * in turn; translators of pointers, integers, strings, structs by value; through inlines, *, ?:, and
 * comma.
 */
#pragma D option quiet

struct part { int q; string text; };
struct pair { int x; int y; };
struct out {
	int a;
	string s;
	char c[16];
	char narrow[4];
	struct part p;
	struct part *pp;
	struct task_struct *t;
	unsigned bits : 3;
	int sbits : 4;
	uint8_t byte;
	int constant;
};

translator struct part < int N > { q = N * 2; text = N & 1 ? "odd" : "even"; };
translator struct part < string S > { q = strlen(S); text = strjoin(S, "!"); };
translator struct out < struct task_struct *T > {
	a = T->tgid + 1;
	s = stringof(T->comm);
	c = T->comm;
	narrow = stringof(T->comm);
	p = xlate <struct part>(T->tgid - T->tgid + 21);
	pp = xlate <struct part *>("four");
	t = T;
	bits = T->tgid - T->tgid + 13;
	sbits = T->tgid - T->tgid + 13;
	byte = 300;
	constant = 7;
};
translator struct out < struct pair P > { a = P.x * 10 + P.y; };

struct pair g;
inline struct out *me = xlate <struct out *>(curthread);
inline struct out at[struct task_struct *t, int n] = xlate <struct out>(n ? t : NULL);

BEGIN
{
	printf("%d %s %s %s\n", me->a - pid, me->s, me->c, me->narrow);
	printf("%c%c %d\n", me->c[0], (*me).c[1], sizeof (me->c));
	printf("%d %s %d %s\n", me->p.q, me->p.text, me->pp->q, me->pp->text);
	printf("%d %d %d %d %d\n", me->t->tgid - pid, me->bits, me->sbits, me->byte, me->constant);
	g.x = 3;
	g.y = 4;
	printf("%d\n", xlate <struct out>(g).a);
	printf("%d\n", at[curthread, 1].a - pid);
	printf("%d\n", (pid ? me : xlate <struct out *>((struct task_struct *)0))->a - pid);
	printf("%d\n", (g.x = 5, me)->constant + g.x);
	printf("%s\n", me->s == "dtrace" && me->c == "dtrace" ? "equal" : "different");
	@[me->c, me->narrow, me->p.text] = sum(me->p.q);
	exit(0);
}
