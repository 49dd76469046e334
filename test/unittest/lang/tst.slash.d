/* LEX-14: what ends a predicate */
a /x/ { }
b /x / y / z/
{ }
c /x / (y / 2) / /* comment */ { z /2/ 3; }
d
/x /
// comment
{ }
