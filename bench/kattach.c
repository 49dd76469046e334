/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kattach [-x] OBJECT PATTERN -- as attach.c, for functions of the kernel: loads the one program in
 * OBJECT, attaches it by one kprobe.multi link to the functions that ftrace lists and whose names
 * match, says "ready", and waits for SIGINT. -x: ends at once.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bench.h"

#define LIST     "/sys/kernel/tracing/available_filter_functions"
#define MAX_FUNC 100000

static const char *names[MAX_FUNC];

static void on_signal(int sig)
{
	(void)sig;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Each name once: a link takes no name twice. */
static size_t find(const char *pattern)
{
	FILE *f = fopen(LIST, "re");
	size_t n = 0, kept = 0;
	char line[512];

	while (f && n < MAX_FUNC && fgets(line, sizeof(line), f)) {
		line[strcspn(line, " \t\n")] = '\0';
		if (strncmp(line, "__ftrace_invalid_address__", 26) && !fnmatch(pattern, line, 0))
			names[n++] = strdup(line);
	}
	if (f)
		fclose(f);
	qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(names[kept - 1], names[i]))
			names[kept++] = names[i];
	return kept;
}

static int run(const char *object, const char *pattern, bool at_once)
{
	LIBBPF_OPTS(bpf_link_create_opts, o);
	struct bpf_object *obj = bpf_object__open_file(object, NULL);
	struct bpf_program *prog = obj ? bpf_object__next_program(obj, NULL) : NULL;
	struct state s = {.state = STATE_ACTIVE};
	unsigned zero = 0;
	int link;

	if (!prog || bpf_program__set_expected_attach_type(prog, BPF_TRACE_KPROBE_MULTI) ||
	    bpf_object__load(obj))
		return -errno;
	o.kprobe_multi.cnt = (__u32)find(pattern);
	o.kprobe_multi.syms = names;
	link = bpf_link_create(bpf_program__fd(prog), 0, BPF_TRACE_KPROBE_MULTI, &o);
	if (link < 0 ||
	    bpf_map_update_elem(bpf_object__find_map_fd_by_name(obj, ".data.state"), &zero, &s, 0))
		return -errno;
	printf("ready\n");
	fflush(stdout);
	if (!at_once)
		pause();
	close(link);
	bpf_object__close(obj);
	return 0;
}

int main(int argc, char **argv)
{
	struct sigaction sa = {.sa_handler = on_signal};
	bool at_once = argc > 1 && !strcmp(argv[1], "-x");
	int err;

	if (argc != 3 + at_once) {
		fprintf(stderr, "usage: kattach [-x] OBJECT PATTERN\n");
		return 2;
	}
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	err = run(argv[1 + at_once], argv[2 + at_once], at_once);
	if (err)
		fprintf(stderr, "kattach: %s: %s\n", argv[1 + at_once], strerror(-err));
	return err ? 1 : 0;
}
