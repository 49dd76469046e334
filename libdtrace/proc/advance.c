/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process that we started stands at its first instruction, which is the dynamic linker's: its
 * libraries are not there yet. Here it is let on to where they are:
 *
 *	preinit   they are mapped: the linker calls _dl_debug_state, and says so in _r_debug
 *	postinit  they are initialised: the program's entry point (AT_ENTRY)
 *	main      main() begins; the entry point if the program is stripped
 *
 * The instruction there becomes an int3 until the process has come to it. It is traced all the
 * while with EXITKILL, so when dtrace is killed, the process is too, and none is left with an int3
 * in it. A static program is at its entry point from the start.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include "proc/elfsym.h"
#include "proc/maps.h"
#include "proc/proc.h"

#define MAX_STOPS 1000 /* signals and calls of _dl_debug_state before we give up */
#define INT3      0xccu

/* The linker's struct r_debug. */
#define R_MAP        8
#define R_STATE      24
#define R_CONSISTENT 0

struct image {
	uint64_t entry, base; /* AT_ENTRY, AT_BASE (0: no dynamic linker) */
	uint64_t bias;        /* where it is, less where it was linked for */
	uint64_t r_debug;     /* 0: not known */
	uint64_t main;        /* 0: not known */
};

struct breakpoint {
	uint64_t addr;
	long word;
	bool planted;
};

/* ------------------------------------------------------------------ what there is */

static int open_proc(pid_t pid, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int read_auxv(pid_t pid, struct image *im)
{
	Elf64_auxv_t v[64];
	int fd = open_proc(pid, "auxv");
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read(fd, v, sizeof(v));
	close(fd);
	for (size_t i = 0; n > 0 && i < (size_t)n / sizeof(v[0]); i++) {
		if (v[i].a_type == AT_ENTRY)
			im->entry = v[i].a_un.a_val;
		else if (v[i].a_type == AT_BASE)
			im->base = v[i].a_un.a_val;
	}
	return im->entry ? 0 : -ENOEXEC;
}

static int read_program(pid_t pid, struct image *im)
{
	int fd = open_proc(pid, "exe"), r = -ENOEXEC;
	Elf64_Ehdr eh;
	uint64_t v;

	if (fd < 0)
		return fd;
	if (pread(fd, &eh, sizeof(eh), 0) == (ssize_t)sizeof(eh) &&
	    eh.e_ident[EI_CLASS] == ELFCLASS64 && eh.e_machine == EM_X86_64) {
		im->bias = im->entry - eh.e_entry;
		im->main = dt_elf_symbol(fd, "main", &v) ? 0 : v + im->bias;
		r = 0;
	}
	close(fd);
	return r;
}

/* Where the dynamic linker calls when its list of libraries has changed; 0: not known. */
static uint64_t find_linker(pid_t pid, struct image *im)
{
	struct dt_mappings maps;
	uint64_t hook = 0, v;
	int fd = -1;

	if (!im->base || dt_mappings_read(&maps, pid))
		return 0;
	for (uint32_t i = 0; i < maps.n && fd < 0; i++) /* at base are its headers, then its code */
		if (maps.v[i].start >= im->base && maps.v[i].path[0] == '/')
			fd = dt_mapping_open(pid, &maps.v[i], NULL, 0);
	dt_mappings_free(&maps);
	if (fd < 0)
		return 0;
	if (!dt_elf_symbol(fd, "_r_debug", &v))
		im->r_debug = v + im->base;
	if (!dt_elf_symbol(fd, "_dl_debug_state", &v))
		hook = v + im->base;
	close(fd);
	return im->r_debug ? hook : 0;
}

static int look(pid_t pid, struct image *im)
{
	int r = read_auxv(pid, im);

	return r ? r : read_program(pid, im);
}

/* ------------------------------------------------------------------ getting there */

static long peek(pid_t pid, uint64_t addr)
{
	errno = 0;
	return ptrace(PTRACE_PEEKDATA, pid, (void *)(uintptr_t)addr, NULL);
}

static int poke(pid_t pid, uint64_t addr, long word)
{
	return ptrace(PTRACE_POKEDATA, pid, (void *)(uintptr_t)addr, (void *)word) ? -errno : 0;
}

static int plant(pid_t pid, struct breakpoint *bp)
{
	int r;

	if (!bp->addr || bp->planted)
		return 0;
	bp->word = peek(pid, bp->addr);
	if (errno)
		return -errno;
	r = poke(pid, bp->addr, (long)(((unsigned long)bp->word & ~0xfful) | INT3));
	bp->planted = !r;
	return r;
}

static void lift(pid_t pid, struct breakpoint *bp)
{
	if (bp->planted)
		poke(pid, bp->addr, bp->word);
	bp->planted = false;
}

/* Goes on until the next stop. 0, -ESRCH if it has ended; *sig: what stopped it. */
static int resume(struct dt_proc *p, bool step, int *sig)
{
	int status;
	pid_t r;

	/* a signal is handed on; the traps are ours */
	if (ptrace(step ? PTRACE_SINGLESTEP : PTRACE_CONT, p->pid, NULL,
		   (void *)(uintptr_t)(*sig == SIGTRAP ? 0 : *sig)))
		return -errno;
	do
		r = waitpid(p->pid, &status, __WALL);
	while (r < 0 && errno == EINTR);
	if (r != p->pid)
		return -errno;
	if (WIFSTOPPED(status)) {
		*sig = WSTOPSIG(status);
		return 0;
	}
	p->status = status;
	p->exited = true;
	p->held = false;
	return -ESRCH;
}

/* Which of the two it has run into; NULL: none, or it cannot be asked. */
static struct breakpoint *stopped_at(pid_t pid, struct breakpoint *bp,
				     struct user_regs_struct *regs)
{
	if (ptrace(PTRACE_GETREGS, pid, NULL, regs))
		return NULL;
	for (int i = 0; i < 2; i++)
		if (bp[i].planted && regs->rip == bp[i].addr + 1)
			return &bp[i];
	return NULL;
}

static bool libraries_mapped(pid_t pid, const struct image *im)
{
	long map = peek(pid, im->r_debug + R_MAP), state = peek(pid, im->r_debug + R_STATE);

	return map != 0 && !errno && (int)state == R_CONSISTENT;
}

/* Back to before the int3. Over it: the instruction is executed, and the int3 is there again. */
static int go_back(struct dt_proc *p, struct breakpoint *bp, struct user_regs_struct *regs,
		   bool over)
{
	int sig = SIGTRAP, r;

	lift(p->pid, bp);
	regs->rip = bp->addr;
	if (ptrace(PTRACE_SETREGS, p->pid, NULL, regs))
		return -errno;
	if (!over)
		return 0;
	r = resume(p, true, &sig);
	return r ? r : plant(p->pid, bp);
}

/* bp[0]: the place wanted; bp[1]: the linker's, which counts when libraries are mapped. */
static int run_to(struct dt_proc *p, const struct image *im, struct breakpoint *bp)
{
	struct user_regs_struct regs;
	struct breakpoint *at;
	int sig = SIGTRAP, r = 0;

	for (int i = 0; i < MAX_STOPS && !r; i++) {
		r = resume(p, false, &sig);
		if (r)
			break;
		at = sig == SIGTRAP ? stopped_at(p->pid, bp, &regs) : NULL;
		if (!at &&
		    sig == SIGTRAP) /* it has replaced itself: there is no int3 in this one */
			return -EAGAIN;
		if (!at)
			continue;
		if (at == &bp[0] || libraries_mapped(p->pid, im))
			return go_back(p, at, &regs, false);
		r = go_back(p, at, &regs, true);
	}
	return r ? r : -ELOOP;
}

int dt_proc_advance(struct dt_proc *p, enum dt_evaltime when)
{
	struct breakpoint bp[2] = {0};
	struct user_regs_struct regs;
	struct image im = {0};
	int r;

	if (!p->held || p->advanced || when == DT_EVAL_EXEC)
		return 0;
	p->advanced = true;
	r = look(p->pid, &im);
	if (r)
		return r;
	if (ptrace(PTRACE_GETREGS, p->pid, NULL, &regs))
		return -errno;
	bp[0].addr = when == DT_EVAL_MAIN && im.main ? im.main : im.entry;
	if (regs.rip == bp[0].addr)
		return 0;
	if (when == DT_EVAL_PREINIT)
		bp[1].addr = find_linker(p->pid, &im);
	r = plant(p->pid, &bp[0]);
	if (!r)
		r = plant(p->pid, &bp[1]);
	if (!r)
		r = run_to(p, &im, bp);
	if (!p->exited) {
		lift(p->pid, &bp[0]);
		lift(p->pid, &bp[1]);
	}
	return r;
}
