/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events of perf that overflow: one on each CPU (or one), created disabled with the program on it,
 * enabled when all of them are there.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include "bpf/kernel.h"

/* CPUs that are online, from /sys: "0-3,8". */
static bool next_online(const char **s, uint32_t *from, uint32_t *to)
{
	char *end;

	if (**s < '0' || **s > '9')
		return false;
	*from = *to = (uint32_t)strtoul(*s, &end, 10);
	if (*end == '-')
		*to = (uint32_t)strtoul(end + 1, &end, 10);
	*s = *end == ',' ? end + 1 : end;
	return true;
}

static int open_event(struct dt_kernel *k, struct ir_func *fn, uint32_t cpu)
{
	const struct dt_attach *at = fn->attach;
	struct dt_perf_attr pa = {.type = DT_PERF_TYPE_SOFTWARE,
				  .config = DT_PERF_SW_CPU_CLOCK,
				  .sample_period = at->period_ns,
				  .flags = DT_PERF_F_DISABLED};
	int event;

	if (at->mech == DT_MECH_PERF_EVENT) {
		pa.type = at->perf_type;
		pa.config = at->perf_config;
		pa.sample_period = at->period;
		pa.flags |= at->perf_flags;
	}
	event = dt_sys_perf_open(&pa, -1, (int)cpu);
	return event < 0 ? event : dt_attach_event(k, fn, event, 0);
}

int dt_attach_perf(struct dt_kernel *k, struct ir_func *fn, int cpu)
{
	char buf[256] = "0";
	const char *s = buf;
	uint32_t from, to, before = k->links.n;
	FILE *f = fopen("/sys/devices/system/cpu/online", "re");
	int r = -ENODEV;

	if (f) {
		if (!fgets(buf, sizeof(buf), f))
			strcpy(buf, "0");
		fclose(f);
	}
	if (cpu >= 0) {
		r = open_event(k, fn, (uint32_t)cpu);
	} else {
		while (next_online(&s, &from, &to)) {
			for (uint32_t c = from; c <= to && c < 65536; c++) {
				r = open_event(k, fn, c);
				if (r == -ENODEV) /* gone offline meanwhile */
					continue;
				if (r < 0 || fn->attach->one_cpu)
					goto opened;
			}
		}
		if (k->links.n > before)
			r = 0;
	}
opened:
	if (r < 0)
		return fn->attach->mech == DT_MECH_PERF_CLOCK
			       ? dt_kernel_fail(k, r, "failed to start a timer of %llu ns for %s",
						(unsigned long long)fn->attach->period_ns, fn->name)
			       : dt_kernel_fail(k, r, "failed to start the counter of %s",
						fn->name);
	for (uint32_t i = before; i < k->links.n; i++)
		if (ioctl(k->links.v[i]->event, DT_PERF_IOC_ENABLE, 0))
			return dt_kernel_fail(k, -errno, "failed to start the timer of %s",
					      fn->name);
	return 0;
}
