/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-30: strtok goes on with NULL.
 */

#pragma D option quiet

BEGIN
{
	this->s = strtok("/usr//local:bin", "/:");
	printf("[%s]\n", this->s);
	this->s = strtok(NULL, "/:");
	printf("[%s]\n", this->s);
	this->s = strtok(NULL, "/:");
	printf("[%s]\n", this->s);
	printf("%d\n", strtok(NULL, "/:") == NULL);
	exit(0);
}
