/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV: uregs[] has the user's registers in samples of the kernel too: their pc is in user space.
 * @@trigger: dd if=/dev/zero of=/dev/null bs=1 count=4000000 status=none
 * @@timeout: 30
 * @@requires user-registers-of-a-task
 */

#pragma D option quiet

profile-997
/pid == $target && arg0 != 0 && uregs[R_PC] != 0 && uregs[R_PC] < 0x1000000000000/
{
	printf("kernel, pc in user space: %d\n", uregs[R_SP] > uregs[R_PC] || uregs[R_SP] != 0);
	exit(0);
}
