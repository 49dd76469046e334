/* LEX-11..13: strings and character constants */
BEGIN
{
	trace("plain"); trace("\a\b\f\n\r\t\v\\\"\'\?"); trace("\0\101\x41z"); trace("a" "b");
	trace('a'); trace('ab'); trace('\n'); trace('\''); trace('"'); trace('\x7f');
}
