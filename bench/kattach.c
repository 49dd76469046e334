/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kattach [-x] OBJECT PATTERN -- as attach.c, for functions of the kernel: loads the one program in
 * OBJECT, attaches it by one kprobe.multi link to the functions that ftrace lists and whose names
 * match, says "ready", and waits for SIGINT. -x: ends at once.
 */
#include <fnmatch.h>
#include "hand.h"

#define LIST     "/sys/kernel/tracing/available_filter_functions"
#define MAX_FUNC 100000

static const char *names[MAX_FUNC];

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

static int run(char **args, bool at_once)
{
	LIBBPF_OPTS(bpf_link_create_opts, o);
	struct bpf_object *obj = bpf_object__open_file(args[0], NULL);
	struct bpf_program *prog = obj ? bpf_object__next_program(obj, NULL) : NULL;
	int link, err;

	if (!prog || bpf_program__set_expected_attach_type(prog, BPF_TRACE_KPROBE_MULTI) ||
	    bpf_object__load(obj))
		return -errno;
	o.kprobe_multi.cnt = (__u32)find(args[1]);
	o.kprobe_multi.syms = names;
	link = bpf_link_create(bpf_program__fd(prog), 0, BPF_TRACE_KPROBE_MULTI, &o);
	if (link < 0)
		return -errno;
	err = hand_begin(obj);
	if (err)
		return err;
	while (!stopped && !at_once)
		pause();
	close(link);
	bpf_object__close(obj);
	return 0;
}

int main(int argc, char **argv)
{
	return hand_main(argc, argv, 2, "kattach [-x] OBJECT PATTERN", run);
}
