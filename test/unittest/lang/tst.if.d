/* GRM-05, GRM-06: if, else and blocks */
BEGIN
{
	if (a) trace(1);
	if (a) { trace(1); trace(2) } else trace(3);
	if (a) trace(1); else if (b) { } else { trace(2); }
	if (a) if (b) trace(1); else trace(2);
	{ { ; } }
	;
}
