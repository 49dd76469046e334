/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EXP: members of structs and unions inside kernel structs.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", curthread->mm != NULL);
	printf("%d\n", curthread->mm->mm_users.counter > 0);
	printf("%d\n", curthread->cred->uid.val == uid);
	exit(0);
}
