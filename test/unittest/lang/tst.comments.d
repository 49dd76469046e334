#!/usr/sbin/dtrace -s
/* LEX-01..04: blanks, comments, interpreter line */
BEGIN // to the end of the line
/1 /* here */ > // there
0/ // and * after / it
{
	trace/* between */(1); // "no string
	a = 1 \
	+ 2;
}
