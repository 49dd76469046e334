/* SPDX-License-Identifier: BSD-2-Clause */
/* What the loaders of hand-written programs share: `NAME [-x] ARGUMENT...` runs until SIGINT or SIGTERM, with -x
 * only until all is attached. */
#ifndef HAND_H
#define HAND_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "bench.h"

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	(void)sig;
	stopped = 1;
}

/* The program counts from now on, and who waits for that may go on. 0 or negative errno. */
static int hand_begin(struct bpf_object *obj)
{
	struct state s = {.state = STATE_ACTIVE};
	int map = bpf_object__find_map_fd_by_name(obj, ".data.state");
	unsigned zero = 0;

	if (map < 0 || bpf_map_update_elem(map, &zero, &s, 0))
		return -errno;
	printf("ready\n");
	fflush(stdout);
	return 0;
}

/* run() gets the n arguments after -x; 0 or negative errno. */
static int hand_main(int argc, char **argv, int n, const char *usage,
		     int (*run)(char **args, bool at_once))
{
	struct sigaction sa = {.sa_handler = on_signal};
	struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	bool at_once = argc > 1 && !strcmp(argv[1], "-x");
	int err;

	if (argc != 1 + at_once + n) {
		fprintf(stderr, "usage: %s\n", usage);
		return 2;
	}
	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* charged to it before 5.11; no matter elsewhere */
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	err = run(argv + 1 + at_once, at_once);
	if (err)
		fprintf(stderr, "%s: %s: %s\n", argv[0], argv[1 + at_once], strerror(-err));
	return err ? 1 : 0;
}

#endif
