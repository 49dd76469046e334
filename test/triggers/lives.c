/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lives -- lives and deaths, one after another, for the proc provider: a child that executes
 * /bin/true, one that fails to execute and exits with 3, one that is killed, one that aborts, one
 * that waits for its two threads; a signal that is handled, one that is ignored, one that is waited
 * for. Prints nothing. The paths are on the stack: a page of constants need not be mapped yet in a
 * new child, and then only the kernel can read it.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void handler(int sig)
{
	(void)sig;
}

static void *thread(void *arg)
{
	return arg;
}

static void child(void (*live)(void))
{
	pid_t pid = fork();

	if (!pid) {
		live();
		_exit(4);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		exit(1);
}

static void live_exec(void)
{
	char path[] = "/bin/true", *argv[] = {"true", "to", "life", NULL};

	execv(path, argv);
}

static void live_fail(void)
{
	char path[] = "/nonexistent/program", *argv[] = {"nothing", NULL};

	execv(path, argv);
	_exit(3);
}

static void live_killed(void)
{
	raise(SIGKILL);
}

static void live_abort(void)
{
	struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	raise(SIGABRT);
}

static void live_threads(void)
{
	pthread_t t[2];

	for (int i = 0; i < 2; i++) {
		if (pthread_create(&t[i], NULL, thread, NULL))
			_exit(5);
		pthread_join(t[i], NULL);
	}
	_exit(0);
}

int main(void)
{
	static void (*const lives[])(void) = {live_exec, live_fail, live_killed, live_abort,
					      live_threads};
	struct timespec soon = {5, 0};
	sigset_t set;

	for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++)
		child(lives[i]);
	signal(SIGUSR1, handler);
	signal(SIGUSR2, SIG_IGN);
	raise(SIGUSR1);
	raise(SIGUSR2);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGALRM);
	return sigtimedwait(&set, NULL, &soon) != SIGALRM;
}
