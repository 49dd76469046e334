/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-11..16: byte order.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", htons(0x1234));
	printf("%d\n", htonl(0x12345678));
	printf("%d\n", htonll(0x0102030405060708));
	printf("%d\n", ntohs(htons(4660)));
	printf("%d\n", ntohl(htonl(4660)));
	printf("%d\n", ntohll(htonll(4660)));
	exit(0);
}
