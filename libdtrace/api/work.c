/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Working: waiting for something to do, and doing it.
 *
 *	dtrace_go    load and attach, BEGIN; the first dtrace_work prints what it recorded, and then
 *		     sets the state word to ACTIVE
 *	dtrace_work  one wait: data in a buffer, a timer, a process ending, dtrace_interrupt()
 *	dtrace_stop  state word STOPPED, a grace period, drain, END, drain, last snapshot
 *
 * With switchrate 0 (the default) the kernel wakes us when a buffer stops being empty; after a
 * drain we sleep DRAIN_PAUSE before we look again (unless there was a lot), so that a busy machine
 * is drained in batches while a single event is on the screen at once. With a switchrate, buffers
 * are drained at that period, or when one is filling up. With bufpolicy fill or ring nothing is
 * drained between BEGIN and the end; nothing wakes us either, so we look now and then whether the
 * end has come.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include "api/internal.h"

#define DRAIN_PAUSE 20000000ull /* ns */
#define HELD_LOOK   50000000ull /* ns */
#define DRAIN_MANY  4096        /* records in one drain: no pause after it */
#define PERIOD_MIN  1000000ull
#define NEVER       UINT64_MAX

static uint64_t period(const dtrace_hdl_t *h, enum dt_opt o)
{
	uint64_t p = (uint64_t)h->opt[o];

	return p < PERIOD_MIN ? PERIOD_MIN : p;
}

int dtrace_go(dtrace_hdl_t *h)
{
	static const enum dt_opt rates[] = {OPT_STATUSRATE, OPT_SWITCHRATE, OPT_AGGRATE};
	uint64_t now;

	if (h->phase != PH_COMPILE)
		return dt_fail(h, EDT_ACTIVE, NULL);
	if (dt_generate(h) || dt_enable(h))
		return -1;
	h->phase = PH_ACTIVE;
	/* Who asked sees by reading the option back what became of it. 0 is "as it comes". */
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		if (h->opt[rates[i]])
			h->opt[rates[i]] = (int64_t)period(h, rates[i]);
	if (dt_begin(h))
		return -1;
	now = dt_now();
	h->next_switch = now;
	h->next_status = now + period(h, OPT_STATUSRATE);
	h->next_agg = now + period(h, OPT_AGGRATE);
	return 0;
}

/* ------------------------------------------------------------------ pieces */

/* Output that fails ends tracing: nothing that follows could be seen either. */
static int out_failed(dtrace_hdl_t *h, int rc)
{
	h->out_failed = true;
	if (rc == -EPIPE)
		return dt_fail(h, EPIPE, NULL);
	return dt_fail(h, EDT_OUTPUT, "cannot write the output: %s", strerror(-rc));
}

static int flush(dtrace_hdl_t *h, FILE *fp)
{
	errno = 0;
	if (fflush(fp) || ferror(fp))
		return out_failed(h, errno ? -errno : -EIO);
	return 0;
}

static int drain(dtrace_hdl_t *h, FILE *fp)
{
	uint64_t before = h->consumer.received;
	int rc;

	h->consumer.out = fp;
	rc = dt_consumer_drain(&h->consumer);
	h->no_look_until = h->consumer.received - before < DRAIN_MANY ? dt_now() + DRAIN_PAUSE : 0;
	if (rc < 0)
		return rc == -EPIPE || ferror(fp)
			       ? out_failed(h, rc)
			       : dt_fail(h, -rc, "cannot read the buffers: %s", strerror(-rc));
	return flush(h, fp);
}

/* By exit(), or since a buffer is full (bufpolicy=fill). */
static bool exited(const dtrace_hdl_t *h)
{
	return h->consumer.exit_seen || __atomic_load_n(&h->state->exit_called, __ATOMIC_RELAXED) ||
	       __atomic_load_n(&h->state->state, __ATOMIC_RELAXED) == DT_STOPPED;
}

static bool procs_ended(dtrace_hdl_t *h)
{
	bool all = h->procs != NULL;

	for (struct dtrace_proc *p = h->procs; p; p = p->next) {
		p->exited = p->exited || dt_proc_poll(p->p);
		all = all && p->exited;
	}
	return all;
}

static void snapshot(dtrace_hdl_t *h)
{
	if (h->manifest.naggs)
		dt_agg_snapshot(&h->consumer);
}

/* ------------------------------------------------------------------ waiting */

struct waitset {
	struct pollfd *fds;
	int n, nrings; /* the rings come last */
};

static int waitset_make(dtrace_hdl_t *h, struct waitset *w)
{
	int max = 1 + (int)h->manifest.ncpu + 1, n;
	int *fds;

	for (struct dtrace_proc *p = h->procs; p; p = p->next)
		max++;
	w->fds = calloc((size_t)max, sizeof(*w->fds));
	fds = calloc((size_t)max, sizeof(*fds));
	if (!w->fds || !fds) {
		free(w->fds);
		free(fds);
		return dt_fail(h, ENOMEM, NULL);
	}
	w->n = 0;
	w->fds[w->n++] = (struct pollfd){.fd = h->wake_fd, .events = POLLIN};
	for (struct dtrace_proc *p = h->procs; p; p = p->next)
		if (!p->exited)
			w->fds[w->n++] = (struct pollfd){.fd = p->p->pidfd, .events = POLLIN};
	n = dt_consumer_fds(&h->consumer, fds, max - w->n);
	for (int i = 0; i < n; i++)
		w->fds[w->n + i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	w->nrings = n;
	free(fds);
	return 0;
}

/* Until `when` (or for ever); true if one of the first n is ready. */
static bool wait_until(struct pollfd *fds, int n, uint64_t when)
{
	uint64_t now = dt_now(), left = when > now ? when - now : 0;
	struct timespec ts = {.tv_sec = (time_t)(left / 1000000000),
			      .tv_nsec = (long)(left % 1000000000)};

	return ppoll(fds, (nfds_t)n, when == NEVER ? NULL : &ts, NULL) > 0;
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Sets *data if buffers are to be drained. */
static int wait_for_work(dtrace_hdl_t *h, bool *data)
{
	bool event_driven = h->opt[OPT_SWITCHRATE] == 0 || h->manifest.held;
	uint64_t until = h->next_status;
	struct waitset w = {0};
	bool other = false;

	*data = false;
	if (waitset_make(h, &w))
		return -1;
	if (h->manifest.naggs)
		until = min_u64(until, h->next_agg);
	if (h->manifest.held)
		until = min_u64(until, dt_now() + HELD_LOOK);
	if (!event_driven)
		until = min_u64(until, h->next_switch);
	if (event_driven && dt_now() < h->no_look_until)
		other = wait_until(w.fds, w.n, h->no_look_until);
	if (!other)
		wait_until(w.fds, w.n + w.nrings, until);
	for (int i = w.n; i < w.n + w.nrings; i++)
		*data |= w.fds[i].revents != 0;
	free(w.fds);
	if (!event_driven && dt_now() >= h->next_switch) {
		h->next_switch = dt_now() + period(h, OPT_SWITCHRATE);
		*data = true;
	}
	return 0;
}

/* What is due by the clock. */
static void timers(dtrace_hdl_t *h)
{
	uint64_t now = dt_now();

	if (now >= h->next_status) {
		dt_refresh_walltime(h);
		dt_consumer_status(&h->consumer);
		h->next_status = now + period(h, OPT_STATUSRATE);
	}
	if (h->manifest.naggs && now >= h->next_agg) {
		snapshot(h);
		h->next_agg = dt_now() + period(h, OPT_AGGRATE);
	}
}

void dtrace_interrupt(dtrace_hdl_t *h)
{
	uint64_t one = 1;
	int saved = errno;

	h->interrupted = 1;
	if (write(h->wake_fd, &one, sizeof(one)) < 0)
		errno = 0; /* full: then it wakes us all the same */
	errno = saved;
}

static int start(dtrace_hdl_t *h, FILE *fp)
{
	h->started = true;
	if (h->fn_begin && drain(h, fp))
		return -1;
	if (!exited(h))
		dt_activate(h);
	return 0;
}

dtrace_workstatus_t dtrace_work(dtrace_hdl_t *h, FILE *fp)
{
	bool data;

	if (h->phase == PH_COMPILE) {
		dt_fail(h, EDT_ENABLING, "tracing has not been started");
		return DTRACE_WORKSTATUS_ERROR;
	}
	if (!h->started && start(h, fp))
		return DTRACE_WORKSTATUS_ERROR;
	if (h->phase == PH_STOPPED || h->interrupted || exited(h))
		return DTRACE_WORKSTATUS_DONE;
	if (wait_for_work(h, &data))
		return DTRACE_WORKSTATUS_ERROR;
	if (data && drain(h, fp))
		return DTRACE_WORKSTATUS_ERROR;
	timers(h);
	return h->interrupted || exited(h) || procs_ended(h) ? DTRACE_WORKSTATUS_DONE
							     : DTRACE_WORKSTATUS_OKAY;
}

/* ------------------------------------------------------------------ stopping */

/* Every output must have gone into a record that was read, or into a drop count. */
static void check_balance(dtrace_hdl_t *h)
{
	char why[256];

	if (!h->out_failed && !dt_consumer_balanced(&h->consumer, why, sizeof(why)))
		fprintf(stderr, "dtrace: internal error: records went missing: %s\n", why);
}

int dtrace_stop(dtrace_hdl_t *h, FILE *fp)
{
	int rc = 0;

	if (h->phase != PH_ACTIVE)
		return 0;
	h->phase = PH_STOPPED;
	__atomic_store_n(&h->state->state, DT_STOPPED, __ATOMIC_SEQ_CST);
	if (h->activated && dt_grace_period(&h->kernel)) /* otherwise nothing ever ran */
		rc = dt_fail(h, EDT_BPF, "%s", h->kernel.error);
	h->quiet = !rc;
	dt_detach_links(&h->kernel); /* what follows is not slowed down by what nobody wants */
	if (!h->out_failed && drain(h, fp))
		rc = -1;
	if (h->fn_end && dt_testrun(&h->kernel, h->fn_end, h->own_cpu))
		rc = dt_fail(h, EDT_BPF, "%s", h->kernel.error);
	if (!h->out_failed && drain(h, fp))
		rc = -1;
	snapshot(h);
	dt_consumer_status(&h->consumer);
	if (!h->out_failed)
		dt_consumer_settle(&h->consumer);
	check_balance(h);
	return rc;
}

int dtrace_status(dtrace_hdl_t *h)
{
	if (h->consumer.exit_seen)
		return h->consumer.exit_status;
	return h->state && h->state->exit_called ? h->state->exit_status : 0;
}

int dtrace_aggregate_print(dtrace_hdl_t *h, FILE *fp)
{
	int rc;

	if (!h->consumer_open || !h->manifest.naggs)
		return 0;
	h->consumer.out = fp;
	rc = dt_agg_print_all(&h->consumer);
	if (rc < 0)
		return out_failed(h, rc);
	return flush(h, fp);
}
