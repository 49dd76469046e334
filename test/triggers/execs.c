/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * execs PATH... -- forks a child for each and waits for it: the child executes PATH without arguments,
 * or exits with status 3 if that fails.
 */
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		char *args[] = {argv[i], NULL};

		if (fork() == 0) {
			execv(argv[i], args);
			_exit(3);
		}
		wait(NULL);
	}
	return 0;
}
