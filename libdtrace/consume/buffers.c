/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The principal buffers: one per CPU, either BPF ring buffers (the default) or perf ring buffers.
 *
 *	BPF ring buffer    | consumer page, rw | producer page, ro | data | data again |
 *	perf event	   | metadata page: data_head, data_tail   | data |
 *
 * We read both ourselves: a drain first fixes how far it will read on every CPU, so that it can
 * take one snapshot of the aggregations that holds everything its records may ask for, and that a
 * busy producer cannot keep it from ending.
 *
 * Pages that are mapped count as ours. A ring buffer's first FIRST bytes are mapped at the start,
 * the rest when something comes to be there: one line printed does not make us look megabytes big.
 *
 * With bufpolicy=ring, a perf event's data are written from high addresses to low ones, over and
 * over:
 *
 *	               data_head v
 *	| older | oldest, cut off | newest | older | older ... |
 *
 * so that, read upwards from data_head, there is always a record's header next, until a whole
 * buffer has been seen. Records are printed the other way round. That is done when nobody writes any
 * more.
 *
 * A BPF record is preceded by {u32 length and flags, u32 page offset} and is 8-aligned; a perf
 * sample's payload starts 4 bytes off, and may wrap: it is copied out. PERF_RECORD_LOST is ignored:
 * the programs count their own drops, and the kernel's count misses the last ones.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "consume/internal.h"
#include "ir/ir.h"

#define RB_BUSY    0x80000000u
#define RB_DISCARD 0x40000000u
#define RB_HDR     8u
#define FIRST      65536u

struct dt_buffers {
	struct dt_ring *rings;
	uint32_t n;
	int epoll;
	unsigned char *copy; /* of a perf sample */
};

/* ------------------------------------------------------------------ reading */

enum { END = 0, RECORD = 1, SKIP = 2 };

/* One record at `pos`: sets *data and *size, and *next. */
static int rb_at(const struct dt_ring *r, uint64_t pos, const void **data, uint32_t *size,
		 uint64_t *next)
{
	const unsigned char *p = r->data + (pos & (r->size - 1));
	uint32_t word = __atomic_load_n((const uint32_t *)p, __ATOMIC_ACQUIRE);
	uint32_t len = word & ~(RB_BUSY | RB_DISCARD);
	uint64_t whole = ((uint64_t)len + RB_HDR + 7) & ~7ull;

	if (word & RB_BUSY)
		return END;
	if (whole > r->size || whole > *next - pos) /* *next: how far there may be something */
		return -EBADMSG;
	*data = p + RB_HDR;
	*size = len;
	*next = pos + whole;
	return word & RB_DISCARD ? SKIP : RECORD;
}

static void perf_copy(const struct dt_ring *r, uint64_t pos, void *to, uint32_t n)
{
	uint64_t at = pos & (r->size - 1), first = r->size - at < n ? r->size - at : n;

	memcpy(to, r->data + at, first);
	memcpy((unsigned char *)to + first, r->data, n - first);
}

static int perf_at(const struct dt_ring *r, uint64_t pos, unsigned char *copy, const void **data,
		   uint32_t *size, uint64_t *next)
{
	struct perf_event_header h;
	uint64_t room = *next - pos;
	uint32_t raw;

	if (room < sizeof(h))
		return -EBADMSG;
	perf_copy(r, pos, &h, sizeof(h));
	if (h.size < sizeof(h) || h.size > room)
		return -EBADMSG;
	*next = pos + h.size;
	if (h.type != PERF_RECORD_SAMPLE)
		return SKIP;
	if (h.size < sizeof(h) + sizeof(raw))
		return -EBADMSG;
	perf_copy(r, pos + sizeof(h), &raw, sizeof(raw));
	if (raw > h.size - sizeof(h) - sizeof(raw))
		return -EBADMSG;
	perf_copy(r, pos + sizeof(h) + sizeof(raw), copy, raw);
	*data = copy;
	*size = raw;
	return RECORD;
}

static int record_at(const struct dt_ring *r, uint64_t pos, unsigned char *copy, const void **data,
		     uint32_t *size, uint64_t *next)
{
	*next = r->limit;
	if (pos >= r->limit)
		return END;
	return r->perf ? perf_at(r, pos, copy, data, size, next) : rb_at(r, pos, data, size, next);
}

static int map_part(struct dt_ring *r, int which, int fd, size_t len, int prot, size_t off)
{
	int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE : MAP_SHARED;
	void *p = mmap(NULL, len, prot, flags, fd, (off_t)off);

	if (p == MAP_FAILED)
		return -errno;
	r->map[which] = p;
	r->maplen[which] = len;
	return 0;
}

/* The producer's page and so much of what follows, at the place that was reserved for all of it. */
static int map_data(struct dt_ring *r, uint64_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (mmap(r->map[1], page + bytes, PROT_READ, MAP_SHARED | MAP_FIXED, r->fd, (off_t)page) ==
	    MAP_FAILED)
		return -errno;
	r->mapped = bytes;
	return 0;
}

bool dt_ring_scan(struct dt_consumer *c, struct dt_ring *r, unsigned char *copy)
{
	uint64_t pos = *r->consumer, next;
	const void *data;
	uint32_t size;
	bool uses = false;
	int k;

	r->limit = __atomic_load_n(r->producer, __ATOMIC_ACQUIRE);
	if (r->limit < pos || r->limit - pos > r->size) {
		dt_consume_bug(c, "buffer of CPU %u: positions make no sense", r->cpu);
		r->limit = pos;
	}
	if (!r->perf && r->limit > r->mapped && r->mapped < 2 * r->size &&
	    map_data(r, 2 * r->size)) {
		dt_consume_bug(c, "buffer of CPU %u: cannot be mapped", r->cpu);
		r->limit = pos;
	}
	while ((k = record_at(r, pos, copy, &data, &size, &next)) > END) {
		if (k == RECORD && !uses)
			uses = dt_dispatch_uses_aggs(c, data, size);
		pos = next;
	}
	if (k == END)
		r->limit = pos; /* a record still being written ends this drain's part */
	return uses;
}

int dt_ring_drain(struct dt_consumer *c, struct dt_ring *r, unsigned char *copy)
{
	uint64_t pos = *r->consumer, next;
	const void *data;
	uint32_t size;
	int k, e = 0;

	while (!e && (k = record_at(r, pos, copy, &data, &size, &next)) != END) {
		if (k < 0) { /* no way to find the next one: give up what is there */
			e = dt_consume_bug(c, "buffer of CPU %u: bad length at %llu", r->cpu,
					   (unsigned long long)pos);
			next = r->limit;
		} else if (k == RECORD) {
			e = dt_dispatch(c, r->cpu, data, size);
		}
		pos = next;
		__atomic_store_n(r->consumer, pos, __ATOMIC_RELEASE);
	}
	return e;
}

/* ------------------------------------------------------------------ overwritten buffers */

static int keep_at(struct dt_ring *r, uint64_t pos)
{
	uint64_t *more = r->at;

	if (!(r->nat & (r->nat + 1))) { /* 2^n - 1 of them: time for twice as much room */
		more = realloc(r->at, 2 * ((size_t)r->nat + 1) * sizeof(*more));
		if (!more)
			return -ENOMEM;
	}
	r->at = more;
	r->at[r->nat++] = pos;
	return 0;
}

int dt_ring_scan_back(struct dt_consumer *c, struct dt_ring *r, unsigned char *copy, bool *uses)
{
	uint64_t head = __atomic_load_n(r->producer, __ATOMIC_ACQUIRE), avail = r->read - head;
	uint64_t pos, next;
	const void *data;
	uint32_t size;
	int e = 0;

	r->nat = 0;
	if (avail > r->size) {
		r->wrapped = true;
		avail = r->size;
	}
	r->read = head;
	r->limit = head + avail;
	for (pos = head; pos != r->limit && !e; pos = next) {
		int k;

		next = r->limit;
		k = perf_at(r, pos, copy, &data, &size, &next);
		if (k < 0) {
			if (!r->wrapped) /* else it is the oldest, cut off by the newest */
				e = dt_consume_bug(c, "buffer of CPU %u: bad length", r->cpu);
			break;
		}
		if (k == RECORD) {
			*uses |= dt_dispatch_uses_aggs(c, data, size);
			e = keep_at(r, pos);
		}
	}
	return e;
}

int dt_ring_drain_back(struct dt_consumer *c, struct dt_ring *r, unsigned char *copy)
{
	int e = 0;

	while (r->nat && !e) {
		uint64_t pos = r->at[--r->nat], next = r->limit;
		const void *data;
		uint32_t size;

		if (perf_at(r, pos, copy, &data, &size, &next) != RECORD)
			return dt_consume_bug(c, "buffer of CPU %u: changed while read", r->cpu);
		r->got++;
		e = dt_dispatch(c, r->cpu, data, size);
	}
	return e;
}

int dt_consumer_settle(struct dt_consumer *c)
{
	struct dt_buffers *b = c->bufs;
	int e = 0;

	for (uint32_t i = 0; b && c->m->stats && i < b->n && !e; i++) {
		struct dt_ring *r = &b->rings[i];
		uint64_t n;

		if (!r->wrapped) /* then all must be here, and dt_consumer_balanced() says so if not
				  */
			continue;
		n = __atomic_load_n(&c->m->stats[r->cpu].emitted, __ATOMIC_RELAXED) - r->got;
		if (n)
			e = dt_say_overwritten(c, n, r->cpu);
	}
	return e;
}

/* ------------------------------------------------------------------ all CPUs */

int dt_consumer_drain(struct dt_consumer *c)
{
	struct dt_buffers *b = c->bufs;
	bool uses = false;
	int r = 0;

	if (!b)
		return -EINVAL;
	dt_symtab_tick(c);
	for (uint32_t i = 0; i < b->n && !r; i++) {
		if (b->rings[i].overwrite)
			r = dt_ring_scan_back(c, &b->rings[i], b->copy, &uses);
		else
			uses |= dt_ring_scan(c, &b->rings[i], b->copy);
	}
	if (uses && !r)
		r = dt_agg_snapshot(c);
	for (uint32_t i = 0; i < b->n && !r; i++)
		r = b->rings[i].overwrite ? dt_ring_drain_back(c, &b->rings[i], b->copy)
					  : dt_ring_drain(c, &b->rings[i], b->copy);
	errno = 0;
	if (!c->on_buffered && fflush(c->out) && !r)
		r = errno ? -errno : -EIO;
	return r;
}

int dt_consumer_fds(struct dt_consumer *c, int *fds, int max)
{
	if (!c->bufs || c->bufs->epoll < 0 || max < 1)
		return 0;
	fds[0] = c->bufs->epoll; /* readable when one of them is */
	return 1;
}

/* ------------------------------------------------------------------ opening */

static int watch(struct dt_consumer *c, struct dt_buffers *b, int fd)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.fd = fd};

	if (c->m->held)
		return 0;
	return epoll_ctl(b->epoll, EPOLL_CTL_ADD, fd, &ev) ? -errno : 0;
}

static int map_size(int fd, uint64_t *size)
{
	struct bpf_map_info info = {0};
	union bpf_attr attr = {0};

	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uint64_t)(uintptr_t)&info;
	if (syscall(__NR_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) < 0)
		return -errno;
	*size = info.max_entries;
	return 0;
}

static int open_ringbuf(struct dt_consumer *c, struct dt_buffers *b, struct dt_ring *r, int fd)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int e = map_size(fd, &r->size);

	if (!e && (!r->size || r->size & (r->size - 1)))
		e = -EINVAL;
	if (!e)
		e = map_part(r, 0, fd, page, PROT_READ | PROT_WRITE, 0);
	r->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (!e && r->fd < 0)
		e = -errno;
	if (!e) /* address space that is lacking is noticed here, not when it is needed */
		e = map_part(r, 1, -1, page + 2 * r->size, PROT_NONE, 0);
	if (!e)
		e = map_data(r, r->size < FIRST ? 2 * r->size : FIRST);
	if (e)
		return e;
	r->consumer = r->map[0];
	r->producer = r->map[1];
	r->data = (const unsigned char *)r->map[1] + page;
	return watch(c, b, r->fd);
}

static int perf_open(uint32_t cpu, uint64_t watermark, bool overwrite)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.watermark = 1,
		.wakeup_watermark = (uint32_t)watermark,
		.write_backward = overwrite,
	};
	long fd = syscall(__NR_perf_event_open, &attr, -1, (int)cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

/* Where the oldest records are overwritten, none may be as large as the buffer. */
static uint64_t perf_least(const struct dt_manifest *m)
{
	uint64_t n = m->bufsize;

	for (uint32_t i = 0; m->overwrite && i < m->nclauses; i++)
		if (m->clauses[i] && n < 2ull * m->clauses[i]->size + 64)
			n = 2ull * m->clauses[i]->size + 64;
	return n;
}

static int open_perf(struct dt_consumer *c, struct dt_buffers *b, struct dt_ring *r)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	union bpf_attr attr = {0};
	struct perf_event_mmap_page *meta;
	uint64_t watermark, least = perf_least(c->m);
	int e;

	for (r->size = page; r->size < least && r->size < 1ull << 30;)
		r->size *= 2;
	watermark =
		c->m->state && c->m->state->wakeup_bytes ? c->m->state->wakeup_bytes : r->size / 2;
	if (watermark > r->size / 2)
		watermark = r->size / 2;
	r->overwrite = c->m->overwrite;
	r->fd = perf_open(r->cpu, watermark, r->overwrite);
	if (r->fd < 0)
		return r->fd;
	/* The kernel overwrites what can't tell it how far it has been read. */
	e = map_part(r, 0, r->fd, page + r->size, PROT_READ | (r->overwrite ? 0 : PROT_WRITE), 0);
	if (e)
		return e;
	meta = r->map[0];
	r->consumer = (uint64_t *)&meta->data_tail;
	r->producer = (const uint64_t *)&meta->data_head;
	r->data = (const unsigned char *)meta + page;
	attr.map_fd = (uint32_t)c->m->m_perf->fd;
	attr.key = (uint64_t)(uintptr_t)&r->cpu;
	attr.value = (uint64_t)(uintptr_t)&r->fd;
	if (syscall(__NR_bpf, BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr)) < 0 ||
	    ioctl(r->fd, PERF_EVENT_IOC_ENABLE, 0) < 0)
		return -errno;
	return watch(c, b, r->fd);
}

static void close_ring(struct dt_ring *r)
{
	free(r->at);
	for (int i = 0; i < 2; i++)
		if (r->map[i])
			munmap(r->map[i], r->maplen[i]);
	if (r->fd >= 0)
		close(r->fd);
	*r = (struct dt_ring){.fd = -1};
}

/* The ring buffer of a CPU; -1 if nothing writes to one. */
static int ring_fd(const struct dt_manifest *m, uint32_t cpu)
{
	if (m->m_rings)
		return cpu < m->m_rings->ninner ? m->m_rings->inner_fds[cpu] : -1;
	return m->m_ring && cpu == m->ring_cpu ? m->m_ring->fd : -1;
}

static int open_rings(struct dt_consumer *c, struct dt_buffers *b)
{
	int e;

	if (c->m->perf_sink && !c->m->m_perf)
		return -EINVAL;
	for (uint32_t cpu = 0; cpu < c->m->ncpu; cpu++) {
		struct dt_ring *r = &b->rings[b->n];

		*r = (struct dt_ring){.cpu = cpu, .fd = -1, .perf = c->m->perf_sink};
		if (!r->perf && ring_fd(c->m, cpu) < 0)
			continue;
		e = r->perf ? open_perf(c, b, r) : open_ringbuf(c, b, r, ring_fd(c->m, cpu));
		if (e) {
			close_ring(r);
			if (r->perf && e == -ENODEV)
				continue; /* possible, but not online */
			return e;
		}
		b->n++;
	}
	return 0;
}

int dt_consumer_open(struct dt_consumer *c, struct dt_arena *a, const struct dt_manifest *m,
		     FILE *out)
{
	struct dt_buffers *b;
	int r = dt_consumer_init(c, a, m, out);

	if (r)
		goto fail;
	c->bufs = b = calloc(1, sizeof(*b));
	r = -ENOMEM;
	if (!b)
		goto fail;
	b->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (b->epoll < 0) {
		r = -errno;
		goto fail;
	}
	b->rings = calloc(m->ncpu ? m->ncpu : 1, sizeof(*b->rings));
	b->copy = malloc(DT_RING_COPY);
	if (!b->rings || !b->copy)
		goto fail;
	r = open_rings(c, b);
	if (!r)
		return 0;
fail:
	dt_consumer_close(c);
	return r;
}

void dt_consumer_close(struct dt_consumer *c)
{
	struct dt_buffers *b = c->bufs;

	if (b) {
		for (uint32_t i = 0; i < b->n; i++)
			close_ring(&b->rings[i]);
		if (b->epoll >= 0)
			close(b->epoll);
		free(b->rings);
		free(b->copy);
		free(b);
		c->bufs = NULL;
	}
	dt_consumer_fini(c);
}
