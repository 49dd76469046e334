/* VAR-01..06, AGG-01: variables and aggregations */
BEGIN
{
	a = 1; b[1, "x"] = 2; self->c = 3; self->d[probefunc] = 4; this->e = 5;
	@ = count(); @f[execname, pid] = sum(arg0); @g = quantize(a);
	printa(@f); printa("%d", @f, @g);
}
