/* OP-01..14: precedence and associativity */
BEGIN
{
	a || b ^^ c && d | e ^ f & g == h < i << j + k * l;
	a * b + c << d < e == f & g ^ h | i && j ^^ k || l;
	a - b - c;
	a = b += c;
	a ? b : c ? d : e;
	a ? b, c : d;
	a, b, c;
	-a + !b * ~c;
	(a + b) * c;
	a / b % c;
}
