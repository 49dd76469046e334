/* GRM-18, GRM-19: translators and xlate */
struct out { int a; char *b; };
translator struct out < struct in *I > {
	a = I->x + 1;
	b = I->y;
};
translator out_t < int N > { };
BEGIN
{
	xlate <struct out>(arg0).a;
	xlate <out_t *>(arg0)->b;
}
