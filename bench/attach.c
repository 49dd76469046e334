/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attach [-x] OBJECT -- the loader of the hand-written programs: loads one, attaches it, says
 * "ready", and waits for SIGINT, draining ring buffers a hundred times a second if there are any.
 * At the end says how many records came and how many were dropped. -x: ends at once.
 */
#include <time.h>
#include "hand.h"

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

static int run(char **args, bool at_once)
{
	struct timespec hundredth = {0, 10000000};
	struct state s = {0};
	struct bpf_object *obj = bpf_object__open_file(args[0], NULL);
	struct bpf_program *prog;
	struct bpf_link *link;
	struct ring_buffer *rb = NULL;
	unsigned long received = 0;
	unsigned zero = 0;
	int rings, err;

	libbpf_set_print(quiet);
	if (!obj || bpf_object__load(obj))
		return -errno;
	prog = bpf_object__next_program(obj, NULL);
	rings = bpf_object__find_map_fd_by_name(obj, "rings");
	if (rings >= 0 && !(rb = open_rings(rings, &received)))
		return -errno;
	link = prog ? bpf_program__attach(prog) : NULL;
	if (!link)
		return -errno;
	err = hand_begin(obj);
	if (err)
		return err;
	while (!stopped && !at_once) {
		nanosleep(&hundredth, NULL);
		if (rb)
			ring_buffer__consume(rb);
	}
	bpf_link__destroy(link);
	if (rb)
		ring_buffer__consume(rb);
	bpf_map_lookup_elem(bpf_object__find_map_fd_by_name(obj, ".data.state"), &zero, &s);
	printf("received %lu dropped %llu\n", received, (unsigned long long)s.drops);
	ring_buffer__free(rb);
	bpf_object__close(obj);
	return 0;
}

int main(int argc, char **argv)
{
	return hand_main(argc, argv, 1, "attach [-x] OBJECT", run);
}
