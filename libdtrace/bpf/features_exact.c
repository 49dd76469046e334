/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exactness: is every firing run, or does the kernel skip some?
 *
 * Programs on raw tracepoints and trampolines have a guard against recursion, a counter for each
 * program and CPU: a firing that finds the program running on its CPU is skipped. That is harmless
 * while programs can't be preempted; where they can (a matter of how the kernel was built and
 * booted), it is other tasks' firings that are lost. So two threads of ours are made to meet, on one
 * CPU:
 *
 *	we	getpgid() -> the program, which sees that it is us, and stays there
 *	other	sleeps; wakes up while we are inside, with a higher priority; getpgid()
 *
 * and the program counts. 1 firing: the other's was skipped. 2: it wasn't, either because the other
 * was not held up, or because it had to wait for us to come out. That it was awake, and did wait,
 * shows in the flags of our own thread: an interrupt has asked it to make room, and it goes on all
 * the same.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "bpf/features_priv.h"
#include "bpf/kernel.h"

#define WAKE_AFTER 50000ull /* ns: from the other's going to sleep; we must be inside by then */
#define TRIES      10       /* each gives us twice as long to get there */

/* Time is killed by copying: for two milliseconds; or, where no priority is granted and the other has to wait
 * for two of the clock's ticks, for 15 at a time. */
#define ROUNDS      64
#define LOAD        (256u << 10)
#define ROUNDS_LAZY 16
#define LOAD_LAZY   (8u << 20)

/* Shared with the program: an array map's only element. */
struct meeting {
	uint64_t inside; /* the thread that stays inside */
	uint64_t wake;   /* when the other gets up */
	uint64_t lazy;   /* ... and may have to wait for the clock's tick, whatever our flags say */
	uint64_t after;  /* how long it sleeps */
	uint64_t since, flags, asked, arrived, fired;
	char load[]; /* what is copied, onto itself: one instruction of BPF, and long */
};
#define MEET_AT(f) ((int16_t)offsetof(struct meeting, f))

struct other {
	struct meeting *m;
	sem_t asleep;
};

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}

/*
 *	if (at sys_enter && ctx[1] != SYS_getpgid || tgid isn't ours) return
 *	fired++
 *	if (thread != inside) return
 *	since = now
 *	for (a while; !arrived;) {
 *		f = flags of this thread, which are the first thing in its task_struct
 *		if (now < wake) flags = f
 *		else if (f != flags) { asked = 1; if (!lazy) return }
 *		kill time
 *	}
 */
static uint32_t make_program(struct dt_insn *p, int map, bool lazy, bool sys_enter)
{
	enum { LD = BPF_C_LDX | BPF_M_MEM | BPF_S_DW, ST = BPF_C_STX | BPF_M_MEM | BPF_S_DW };
	enum { IF = BPF_C_JMP | BPF_SRC_K, IF_X = BPF_C_JMP | BPF_SRC_X };
	uint32_t load = lazy ? LOAD_LAZY : LOAD, n = 0, top, outs[8], nouts = 0;

#define OUT_IF(op, reg, k) (outs[nouts++] = n, p[n++] = INSN(IF | (op), reg, 0, 0, (k)))
	if (sys_enter) {
		p[n++] = INSN(LD, 2, 1, 8, 0);
		OUT_IF(BPF_J_NE, 2, SYS_getpgid);
	}
	p[n++] = INSN(BPF_OP_LDIMM64, 6, BPF_PS_MAP_VALUE, 0, map);
	p[n++] = INSN(0, 0, 0, 0, 0);
	p[n++] = CALL(14); /* get_current_pid_tgid */
	p[n++] = MOV_X(7, 0);
	p[n++] = INSN(BPF_C_ALU64 | BPF_A_RSH | BPF_SRC_K, 0, 0, 0, 32);
	OUT_IF(BPF_J_NE, 0, getpid());
	p[n++] = MOV_K(1, 1);
	p[n++] = INSN(BPF_C_STX | BPF_M_ATOMIC | BPF_S_DW, 6, 1, MEET_AT(fired), BPF_AT_ADD);
	p[n++] = INSN(LD, 1, 6, MEET_AT(inside), 0);
	outs[nouts++] = n;
	p[n++] = INSN(IF_X | BPF_J_NE, 7, 1, 0, 0);
	p[n++] = CALL(35); /* get_current_task */
	p[n++] = MOV_X(7, 0);
	p[n++] = CALL(5); /* ktime_get_ns */
	p[n++] = INSN(ST, 6, 0, MEET_AT(since), 0);
	p[n++] = MOV_K(8, 0);
	top = n;
	p[n++] = INSN(LD, 1, 6, MEET_AT(arrived), 0);
	OUT_IF(BPF_J_NE, 1, 0);
	p[n++] = INSN(BPF_C_ST | BPF_M_MEM | BPF_S_DW, 10, 0, -8, 0);
	p[n++] = MOV_X(1, 10);
	p[n++] = INSN(BPF_C_ALU64 | BPF_A_ADD | BPF_SRC_K, 1, 0, 0, -8);
	p[n++] = MOV_K(2, 8);
	p[n++] = MOV_X(3, 7);
	p[n++] = CALL(113); /* probe_read_kernel */
	p[n++] = CALL(5);
	p[n++] = INSN(LD, 1, 10, -8, 0);
	p[n++] = INSN(LD, 2, 6, MEET_AT(wake), 0);
	p[n++] = INSN(IF_X | BPF_J_GE, 0, 2, 2, 0);
	p[n++] = INSN(ST, 6, 1, MEET_AT(flags), 0);
	p[n++] = INSN(BPF_OP_JA, 0, 0, 6, 0);
	p[n++] = INSN(LD, 2, 6, MEET_AT(flags), 0);
	p[n++] = INSN(IF_X | BPF_J_EQ, 1, 2, 4, 0);
	p[n++] = MOV_K(1, 1);
	p[n++] = INSN(ST, 6, 1, MEET_AT(asked), 0);
	p[n++] = INSN(LD, 1, 6, MEET_AT(lazy), 0);
	OUT_IF(BPF_J_EQ, 1, 0);
	p[n++] = MOV_X(1, 6);
	p[n++] = INSN(BPF_C_ALU64 | BPF_A_ADD | BPF_SRC_K, 1, 0, 0, MEET_AT(load));
	p[n++] = MOV_K(2, (int32_t)load);
	p[n++] = MOV_X(3, 1);
	p[n++] = CALL(113);
	p[n++] = INSN(BPF_C_ALU64 | BPF_A_ADD | BPF_SRC_K, 8, 0, 0, 1);
	p[n] = INSN(IF | BPF_J_LT, 8, 0, (int16_t)((int)top - (int)n - 1),
		    lazy ? ROUNDS_LAZY : ROUNDS);
	n++;
	for (uint32_t i = 0; i < nouts; i++)
		p[outs[i]].off = (int16_t)(n - outs[i] - 1);
	p[n++] = MOV_K(0, 0);
	p[n++] = EXIT;
	return n;
#undef OUT_IF
}

static void *other_thread(void *arg)
{
	struct other *o = arg;
	struct sched_param sp = {.sched_priority = 1};
	struct timespec ts;

	if (!o->m->lazy)
		pthread_setschedparam(pthread_self(), SCHED_FIFO, &sp);
	o->m->wake = now() + o->m->after;
	ts = (struct timespec){.tv_sec = (time_t)(o->m->wake / 1000000000),
			       .tv_nsec = (long)(o->m->wake % 1000000000)};
	sem_post(&o->asleep); /* we are on one CPU: who waits goes on once this thread sleeps */
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
	syscall(SYS_getpgid, 0);
	__atomic_store_n(&o->m->arrived, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

/* One meeting, on the CPU that this thread is pinned to. 1: nobody was skipped; 0: somebody was;
 * -1: they did not meet. */
static int meet(struct meeting *m)
{
	struct other o = {.m = m};
	sigset_t all, old;
	pthread_t t;
	int r;

	m->inside = (uint64_t)getpid() << 32 | (uint32_t)gettid();
	m->since = m->asked = m->arrived = m->fired = 0;
	if (sem_init(&o.asleep, 0, 0))
		return -1;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old); /* the other has no business with them */
	r = pthread_create(&t, NULL, other_thread, &o);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!r) {
		while (sem_wait(&o.asleep))
			;
		syscall(SYS_getpgid, 0);
		pthread_join(t, NULL);
	}
	sem_destroy(&o.asleep);
	if (r || !m->since || m->since > m->wake)
		return -1;
	return m->fired < 2 ? 0 : m->asked ? 1 : -1;
}

/* Likewise, of several. Pins this thread to the CPU it is on, for as long as meetings last. */
static int meetings(struct meeting *m)
{
	cpu_set_t before, here;
	int cpu = sched_getcpu(), r = -1, agree = 0;

	if (cpu < 0 || cpu >= CPU_SETSIZE || sched_getaffinity(0, sizeof(before), &before))
		return -1;
	CPU_ZERO(&here);
	CPU_SET(cpu, &here);
	if (sched_setaffinity(0, sizeof(here), &here))
		return -1;
	m->after = WAKE_AFTER;
	/* Once skipped is enough; somebody else may have asked for our CPU: so the opposite has to
	 * be seen three times. */
	for (int i = 0; i < TRIES && r && agree < 3; i++) {
		r = meet(m);
		agree += r > 0;
		if (r < 0)
			m->after *= 2;
	}
	sched_setaffinity(0, sizeof(before), &before);
	return r && agree ? 1 : r;
}

static int attach(const struct dt_insn *p, uint32_t n, bool raw_tp)
{
	struct dt_attr_prog_load a = {.type = BPF_PT_RAW_TRACEPOINT,
				      .insn_cnt = n,
				      .insns = (uint64_t)(uintptr_t)p,
				      .license = (uint64_t)(uintptr_t) "GPL"};
	struct dt_attr_raw_tp tp = {.name = (uint64_t)(uintptr_t) "sys_enter"};
	int prog, fd;

	if (!raw_tp)
		return dt_attach_getpgid(p, n);
	prog = dt_sys_bpf(BPF_CMD_PROG_LOAD, &a, sizeof(a));
	if (prog < 0)
		return prog;
	tp.prog_fd = (uint32_t)prog;
	fd = dt_sys_bpf(BPF_CMD_RAW_TP_OPEN, &tp, sizeof(tp));
	close(prog);
	return fd;
}

/* May threads of ours have a higher priority than others? */
static bool may_hurry(void)
{
	struct sched_param was, fifo = {.sched_priority = 1};
	int policy = sched_getscheduler(0);

	if (policy < 0 || sched_getparam(0, &was) || sched_setscheduler(0, SCHED_FIFO, &fifo))
		return false;
	sched_setscheduler(0, policy, &was);
	return true;
}

/* What can't be tried is not claimed to be inexact: attaching will fail with a better text. But where they never
 * met, on a machine that is too busy, the way that is always exact is taken. */
static bool try_exact(bool raw_tp)
{
	bool lazy = !may_hurry();
	uint32_t load = lazy ? LOAD_LAZY : LOAD;
	struct dt_attr_map_create a = {.type = BPF_MT_ARRAY,
				       .key_size = 4,
				       .value_size = (uint32_t)sizeof(struct meeting) + load,
				       .max_entries = 1,
				       .flags = BPF_MF_MMAPABLE};
	int map = dt_bpf_map_create(&a), fd, r = 1;
	struct dt_insn p[64];
	struct meeting *m;

	if (map < 0)
		return true;
	m = mmap(NULL, sizeof(*m), PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	fd = attach(p, make_program(p, map, lazy, raw_tp), raw_tp);
	if (fd >= 0 && m != MAP_FAILED) {
		m->lazy = lazy;
		r = meetings(m);
	}
	if (fd >= 0)
		close(fd);
	if (m != MAP_FAILED)
		munmap(m, sizeof(*m));
	close(map);
	return r > 0;
}

bool dt_try_exact_raw_tp(void)
{
	return try_exact(true);
}

bool dt_try_exact_fentry(void)
{
	return dt_try_fentry() && try_exact(false);
}
