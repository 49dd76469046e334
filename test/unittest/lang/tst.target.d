/* MAC-01..10: macro variables */
BEGIN
/$target == 0/
{
	trace($target + 1);
	trace($$target);
}
