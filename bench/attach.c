/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attach [-x] OBJECT -- the loader of the hand-written programs: loads one, attaches it, says
 * "ready", and waits for SIGINT, draining ring buffers a hundred times a second if there are any.
 * At the end says how many records came and how many were dropped. -x: ends at once.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "bench.h"

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	(void)sig;
	stopped = 1;
}

static int quiet(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, fmt, ap) : 0;
}

static int on_record(void *arg, void *data, size_t size)
{
	(void)data;
	(void)size;
	++*(unsigned long *)arg;
	return 0;
}

/* One ring buffer a CPU, put into the array the program looks into. */
static struct ring_buffer *open_rings(int outer, unsigned long *received)
{
	struct ring_buffer *rb = NULL;
	int cpu, n = libbpf_num_possible_cpus();

	for (cpu = 0; cpu < n && cpu < MAX_CPUS; cpu++) {
		int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "ring", 0, 0, RING_BYTES, NULL);

		if (fd < 0 || bpf_map_update_elem(outer, &cpu, &fd, 0))
			return NULL;
		if (!rb)
			rb = ring_buffer__new(fd, on_record, received, NULL);
		else if (ring_buffer__add(rb, fd, on_record, received))
			return NULL;
		if (!rb)
			return NULL;
	}
	return rb;
}

static int run(const char *path, bool at_once)
{
	struct timespec hundredth = {0, 10000000};
	struct state s = {.state = STATE_ACTIVE};
	struct bpf_object *obj = bpf_object__open_file(path, NULL);
	struct bpf_program *prog;
	struct bpf_link *link;
	struct ring_buffer *rb = NULL;
	unsigned long received = 0;
	unsigned zero = 0;
	int rings, state;

	if (!obj || bpf_object__load(obj))
		return -errno;
	prog = bpf_object__next_program(obj, NULL);
	rings = bpf_object__find_map_fd_by_name(obj, "rings");
	if (rings >= 0 && !(rb = open_rings(rings, &received)))
		return -errno;
	link = prog ? bpf_program__attach(prog) : NULL;
	state = bpf_object__find_map_fd_by_name(obj, ".data.state");
	if (!link || state < 0 || bpf_map_update_elem(state, &zero, &s, 0))
		return -errno;
	printf("ready\n");
	fflush(stdout);
	while (!stopped && !at_once) {
		nanosleep(&hundredth, NULL);
		if (rb)
			ring_buffer__consume(rb);
	}
	bpf_link__destroy(link);
	if (rb)
		ring_buffer__consume(rb);
	bpf_map_lookup_elem(state, &zero, &s);
	printf("received %lu dropped %llu\n", received, (unsigned long long)s.drops);
	ring_buffer__free(rb);
	bpf_object__close(obj);
	return 0;
}

int main(int argc, char **argv)
{
	struct sigaction sa = {.sa_handler = on_signal};
	struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	bool at_once = argc > 1 && !strcmp(argv[1], "-x");
	int err;

	if (argc < 2 + at_once) {
		fprintf(stderr, "usage: attach [-x] OBJECT\n");
		return 2;
	}
	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* charged to it before 5.11; no matter elsewhere */
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	libbpf_set_print(quiet);
	err = run(argv[1 + at_once], at_once);
	if (err)
		fprintf(stderr, "attach: %s: %s\n", argv[1 + at_once], strerror(-err));
	return err ? 1 : 0;
}
