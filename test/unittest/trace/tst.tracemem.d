/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * F-02, OUT-13: tracemem() dumps memory.
 */

#pragma D option quiet

BEGIN
{
	this->p = (char *)alloca(18);
	this->p[0] = 'd'; this->p[1] = 't'; this->p[2] = 'r'; this->p[3] = 'a';
	this->p[4] = 'c'; this->p[5] = 'e'; this->p[6] = ' '; this->p[7] = 1;
	this->p[8] = 0; this->p[9] = 127; this->p[10] = 255; this->p[11] = '~';
	this->p[12] = '0'; this->p[13] = '1'; this->p[14] = '2'; this->p[15] = '3';
	this->p[16] = 'w'; this->p[17] = 0;
	tracemem(this->p, 18);
	exit(0);
}
