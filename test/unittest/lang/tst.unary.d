/* OP-01, OP-02: unary and postfix */
BEGIN
{
	++a; --a; a++; a--;
	*a++; &a->b; *a.b[1, 2]; - -a;
	f(); f(1, g(2)); args[0]->x.y;
	sizeof a; sizeof (int); sizeof (struct s *); sizeof (a + 1); sizeof a.b;
	stringof a; stringof (a) == b;
	offsetof(struct s, m);
	*(char *)(a + 1);
}
