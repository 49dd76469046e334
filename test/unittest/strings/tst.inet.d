/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-19: inet_ntoa.
 */

#pragma D option quiet

BEGIN
{
	this->a = (ipaddr_t *)alloca(sizeof (ipaddr_t));
	*this->a = htonl(0x7f000001);
	printf("%s\n", inet_ntoa(this->a));
	*this->a = htonl(0xc0a801fe);
	printf("%s\n", inet_ntoa(this->a));
	*this->a = 0;
	printf("%s\n", inet_ntoa(this->a));
	exit(0);
}
