/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * psinfo_t, lwpsinfo_t: what the kernel's task says, against what D knows otherwise.
 */
#pragma D option quiet

int near;

BEGIN
{
	printf("%d %d %d %d\n", curpsinfo->pr_pid == pid, curpsinfo->pr_ppid == ppid,
	    curpsinfo->pr_uid == uid, curpsinfo->pr_gid == gid);
	printf("%d %d\n", curpsinfo->pr_pgid == $pgid, curpsinfo->pr_sid == $sid);
	printf("%d %d\n", curpsinfo->pr_euid == $euid, curpsinfo->pr_egid == $egid);
	printf("%s %s %d\n", curpsinfo->pr_fname, curlwpsinfo->pr_name, curpsinfo->pr_nlwp);
	printf("%d %d\n", strstr(curpsinfo->pr_psargs, "dtrace") != NULL,
	    curpsinfo->pr_argc > 2);
	printf("%d\n", curpsinfo->pr_addr == (uintptr_t)curthread);
	printf("%d %c %d\n", curlwpsinfo->pr_state == SONPROC, curlwpsinfo->pr_sname,
	    curlwpsinfo->pr_onpro == cpu);
	printf("%d %s %d\n", curlwpsinfo->pr_lwpid == tid, curlwpsinfo->pr_clname,
	    curpsinfo->pr_lwp.pr_pri == curthread->prio);
	printf("%d %d\n", curpsinfo->pr_dmodel == PR_MODEL_LP64, curpsinfo->pr_flag & PR_STOPPED);
	/* kilobytes */
	printf("%d %d\n", curpsinfo->pr_size > 1000, curpsinfo->pr_rssize > 100);
	/* started less than a minute ago, and not in the future */
	near = curpsinfo->pr_start.tv_sec <= walltimestamp / 1000000000 &&
	    curpsinfo->pr_start.tv_sec > walltimestamp / 1000000000 - 60;
	printf("%d %d\n", near, curpsinfo->pr_time.tv_sec < 60);
	exit(0);
}
