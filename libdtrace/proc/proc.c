/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Victim processes.
 *
 * One that we start (-c) asks to be traced before its exec, so the kernel stops it at its first
 * instruction; it waits there until tracing has begun, and is then let go. It was only started to
 * be traced: if it is still there when tracing has ended, it is killed. One that exists (-p) is not
 * touched: a pidfd says when it ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "proc/proc.h"

#ifndef __NR_pidfd_open
#define __NR_pidfd_open 434
#endif

#define KILL_WAIT_MS 2000

static int pidfd_open(pid_t pid)
{
	long fd = syscall(__NR_pidfd_open, pid, 0);

	return fd < 0 ? -errno : (int)fd;
}

static pid_t wait_for(pid_t pid, int *status)
{
	pid_t r;

	do
		r = waitpid(pid, status, __WALL);
	while (r < 0 && errno == EINTR);
	return r;
}

/* Between fork and exec; reports why it failed through the pipe. */
__attribute__((noreturn)) static void child(pid_t parent, int errfd, const char *file,
					    char *const argv[])
{
	sigset_t none;
	ssize_t n;
	int e;

	/* what dtrace blocks or ignores for itself is not the victim's business */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* Who asks to be traced when dtrace has just been killed is traced by the process it was
	 * left to, init mostly, and would stay stopped for good: so die with dtrace up to there. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	if (!ptrace(PTRACE_TRACEME, 0, NULL, NULL)) {
		prctl(PR_SET_PDEATHSIG, 0);
		execvp(file, argv);
	}
	e = errno;
	do
		n = write(errfd, &e, sizeof(e));
	while (n < 0 && errno == EINTR);
	_exit(127);
}

/* Waits for the stop after exec. 0, or what exec (or the kernel) says. */
static int await_exec(pid_t pid, int errfd)
{
	int e = 0, status;
	ssize_t n;

	do
		n = read(errfd, &e, sizeof(e)); /* ends when exec closes the other side */
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof(e) && e) {
		wait_for(pid, &status);
		return -e;
	}
	if (wait_for(pid, &status) != pid)
		return -errno;
	if (!WIFSTOPPED(status))
		return -ECHILD;
	/* should we die now, it must not stay behind stopped */
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(uintptr_t)PTRACE_O_EXITKILL);
	return 0;
}

int dt_proc_create(struct dt_proc **out, const char *file, char *const argv[])
{
	struct dt_proc *p = calloc(1, sizeof(*p));
	int fds[2], r;
	pid_t self;

	*out = NULL;
	if (!p)
		return -ENOMEM;
	if (pipe2(fds, O_CLOEXEC)) {
		r = -errno;
		free(p);
		return r;
	}
	p->created = true;
	self = getpid();
	p->pid = fork();
	if (p->pid == 0)
		child(self, fds[1], file, argv);
	r = p->pid < 0 ? -errno : 0;
	close(fds[1]);
	if (!r)
		r = await_exec(p->pid, fds[0]);
	close(fds[0]);
	if (r) {
		free(p);
		return r;
	}
	p->held = true;
	p->pidfd = pidfd_open(p->pid);
	if (p->pidfd < 0) {
		r = p->pidfd;
		dt_proc_release(p);
		return r;
	}
	*out = p;
	return 0;
}

int dt_proc_grab(struct dt_proc **out, pid_t pid)
{
	struct dt_proc *p;
	int fd = pid > 0 ? pidfd_open(pid) : -ESRCH;

	*out = NULL;
	if (fd < 0)
		return fd == -EINVAL || fd == -ENOENT ? -ESRCH : fd; /* a thread is no process */
	p = calloc(1, sizeof(*p));
	if (!p) {
		close(fd);
		return -ENOMEM;
	}
	p->pid = pid;
	p->pidfd = fd;
	*out = p;
	return 0;
}

int dt_proc_continue(struct dt_proc *p)
{
	if (!p->held)
		return 0;
	p->held = false;
	if (ptrace(PTRACE_DETACH, p->pid, NULL, NULL))
		return dt_proc_poll(p) ? 0 : -errno; /* killed while it was held: poll tells */
	return 0;
}

bool dt_proc_poll(struct dt_proc *p)
{
	struct pollfd pfd = {.fd = p->pidfd, .events = POLLIN};
	int status, saved = errno;

	if (!p->exited && poll(&pfd, 1, 0) > 0 && pfd.revents) {
		p->exited = true;
		p->held = false;
		if (p->created && waitpid(p->pid, &status, WNOHANG | __WALL) == p->pid)
			p->status = status;
	}
	errno = saved;
	return p->exited;
}

void dt_proc_release(struct dt_proc *p)
{
	struct pollfd pfd;

	if (!p)
		return;
	if (p->created && !dt_proc_poll(p)) { /* not reaped, so the id is still its own */
		kill(p->pid, SIGKILL);
		/* It may be stuck in the kernel: then it is left to whoever inherits it. */
		pfd = (struct pollfd){.fd = p->pidfd, .events = POLLIN};
		while (p->pidfd >= 0 && poll(&pfd, 1, KILL_WAIT_MS) < 0 && errno == EINTR)
			;
		waitpid(p->pid, NULL, __WALL | (p->pidfd < 0 ? 0 : WNOHANG));
	}
	if (p->pidfd >= 0)
		close(p->pidfd);
	free(p);
}
