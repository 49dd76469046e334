/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PR-01 to PR-14: children of the trigger are born, execute, and die; signals are sent, handled,
 * ignored and waited for. Five children, one of which has two more threads.
 *
 * @@trigger lives
 * @@sort
 */
#pragma D option quiet

proc:::create
/pid == $target/
{
	@[probename, stringof(args[0]->pr_fname), args[0]->pr_ppid == $target] = count();
}

proc:::lwp-create
/pid == $target || ppid == $target/
{
	@[probename, args[1]->pr_pid == args[0]->pr_lwpid ? "process" : "thread",
	    args[0]->pr_lwpid == arg0] = count();
}

proc:::start, proc:::lwp-start, proc:::lwp-exit
/ppid == $target/
{
	@[probename, tid == pid ? "process" : "thread", 0] = count();
}

proc:::exec
/ppid == $target/
{
	@[probename, args[0], 0] = count();
}

proc:::exec-success
/ppid == $target/
{
	@[probename, execname, curpsinfo->pr_argc] = count();
	@[probename, curpsinfo->pr_psargs, 0] = count();
}

proc:::exec-failure
/ppid == $target/
{
	@[probename, "", args[0]] = count();
}

proc:::exit
/ppid == $target/
{
	@[probename, execname, args[0]] = count();
}

proc:::signal-send, proc:::signal-discard
/args[1]->pr_pid == $target/
{
	@[probename, pid == $target ? "self" : "child", args[2]] = count();
}

proc:::signal-send, proc:::signal-handle
/ppid == $target/
{
	@[probename, "in a child", probename == "signal-send" ? arg2 : arg0] = count();
}

proc:::signal-handle
/pid == $target/
{
	@[probename, args[2] == NULL ? "default" : "handler", args[0]] = count();
}

proc:::signal-clear
/pid == $target/
{
	@[probename, "", args[0]] = count();
}

END
{
	printa("%s [%s] %d: %@d\n", @);
}
