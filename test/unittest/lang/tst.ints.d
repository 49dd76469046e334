/* LEX-08, LEX-09: integers */
BEGIN
{
	trace(0); trace(123); trace(017); trace(0xFf); trace(0X1a);
	trace(1u); trace(1l); trace(1ul); trace(1ll); trace(1ULL); trace(18446744073709551615);
}
