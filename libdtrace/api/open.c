/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opening and closing a handle; victim processes; what can be asked without compiling anything.
 * Opening touches neither the kernel nor its type information: that waits until a program needs it.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include "api/internal.h"

uint64_t dt_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Option evaltime, for a process that a probe description names. */
static int settle(struct dt_registry *r, int32_t pid)
{
	dtrace_hdl_t *h = r->settle_arg;
	int64_t when = h->opt[OPT_EVALTIME];
	int rc;

	for (struct dtrace_proc *p = h->procs; p; p = p->next) {
		if (p->pid != pid)
			continue;
		rc = dt_proc_advance(p->p, when < 0 ? DT_EVAL_POSTINIT : (enum dt_evaltime)when);
		if (rc)
			return dt_registry_fail(r, D_PROC_GRAB, rc, "process %d: %s", (int)pid,
						rc == -ESRCH
							? "it ended while it was being started"
						: rc == -ENOEXEC ? "it is no 64-bit program"
								 : strerror(-rc));
	}
	return 0;
}

dtrace_hdl_t *dtrace_open(int version, int flags, int *errp)
{
	dtrace_hdl_t *h;

	(void)flags;
	if (version > DTRACE_VERSION) {
		*errp = EDT_VERSION;
		return NULL;
	}
	h = calloc(1, sizeof(*h));
	if (!h) {
		*errp = ENOMEM;
		return NULL;
	}
	h->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	h->arena = dt_arena_new();
	if (!h->arena || h->wake_fd < 0) {
		*errp = errno ? errno : ENOMEM;
		if (h->wake_fd >= 0)
			close(h->wake_fd);
		dt_arena_free(h->arena);
		free(h);
		return NULL;
	}
	h->opened = dt_now();
	h->progs_end = &h->progs;
	h->procs_end = &h->procs;
	h->kernel.btf_fd = -1;
	dt_diags_init(&h->diags, h->arena);
	dt_options_init(h);
	dt_registry_init(&h->registry, h->arena);
	h->registry.features = &h->features;
	h->registry.settle = settle;
	h->registry.settle_arg = h;
	h->macros = (struct dt_macros){.egid = getegid(),
				       .euid = geteuid(),
				       .gid = getgid(),
				       .pid = getpid(),
				       .pgid = getpgrp(),
				       .ppid = getppid(),
				       .sid = getsid(0),
				       .uid = getuid()};
	return h;
}

static void closing(void *arg, unsigned done, unsigned total)
{
	uint64_t *start = arg;

	/* Only where it takes long enough for a person to wonder (decision 9). */
	if (dt_now() - *start < 2000000000ull || !isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\rdtrace: detaching: %u of %u%s", done, total, done == total ? "\n" : "");
}

void dtrace_close(dtrace_hdl_t *h)
{
	struct dtrace_proc *p, *next;
	uint64_t start = dt_now();

	if (!h)
		return;
	if (h->consumer_open)
		dt_consumer_close(&h->consumer);
	if (h->kernel_open) {
		dt_detach_all(&h->kernel, closing, &start);
		dt_kernel_close(&h->kernel);
	}
	for (p = h->procs; p; p = next) {
		next = p->next;
		dt_proc_release(p->p);
		free(p);
	}
	if (h->sema_ready)
		dt_types_fini(&h->types);
	close(h->wake_fd);
	dt_arena_free(h->arena);
	free(h);
}

const char *dtrace_version_string(void)
{
	return "D " DT_D_VERSION;
}

/* ------------------------------------------------------------------ processes */

static dtrace_proc_t *proc_add(dtrace_hdl_t *h, struct dt_proc *dp)
{
	struct dtrace_proc *p = calloc(1, sizeof(*p));

	if (!p) {
		dt_proc_release(dp);
		dt_fail(h, ENOMEM, NULL);
		return NULL;
	}
	p->p = dp;
	p->pid = dp->pid;
	if (!h->procs)
		h->macros.target = dp->pid; /* $target: the first one */
	*h->procs_end = p;
	h->procs_end = &p->next;
	return p;
}

dtrace_proc_t *dtrace_proc_create(dtrace_hdl_t *h, const char *file, char *const argv[])
{
	struct dt_proc *dp = NULL;
	int rc = dt_proc_create(&dp, file, argv);

	if (rc) {
		dt_fail(h, EDT_PROC, "failed to execute %s: %s", file, strerror(-rc));
		return NULL;
	}
	return proc_add(h, dp);
}

dtrace_proc_t *dtrace_proc_grab(dtrace_hdl_t *h, pid_t pid)
{
	struct dt_proc *dp = NULL;
	int rc = dt_proc_grab(&dp, pid);

	if (rc) {
		dt_fail(h, EDT_PROC, "failed to grab pid %d: %s", (int)pid, strerror(-rc));
		return NULL;
	}
	return proc_add(h, dp);
}

void dtrace_proc_continue(dtrace_hdl_t *h, dtrace_proc_t *p)
{
	(void)h;
	dt_proc_continue(p->p);
}

pid_t dtrace_proc_getpid(const dtrace_proc_t *p)
{
	return p->pid;
}

/* ------------------------------------------------------------------ handlers, features */

int dtrace_handle_err(dtrace_hdl_t *h, dtrace_line_f *f, void *arg)
{
	h->on_err = f;
	h->err_arg = arg;
	return 0;
}

int dtrace_handle_drop(dtrace_hdl_t *h, dtrace_line_f *f, void *arg)
{
	h->on_drop = f;
	h->drop_arg = arg;
	return 0;
}

int dtrace_handle_buffered(dtrace_hdl_t *h, dtrace_line_f *f, void *arg)
{
	h->on_buffered = f;
	h->buffered_arg = arg;
	return 0;
}

void dtrace_features(dtrace_hdl_t *h, FILE *out)
{
	for (int i = 0; i < FEAT_COUNT; i++)
		fprintf(out, "%-3s  %-36s %s\n", dt_feature(&h->features, i) ? "yes" : "no",
			dt_feature_name(i), dt_feature_what(i));
}
