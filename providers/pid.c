/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pid: entry to and return from the functions of one process (PID-01..12).
 *
 * The kernel offers uprobes: a place in a file, watched in one process or in all; it knows of no
 * functions. DTrace promises pidPID:object:function:entry and :return for every function of every
 * object that the process has mapped, by any of the object's names. So a description is answered
 * from the process's mappings and the symbol tables of the files behind them, and a probe is an
 * offset in a file and a process. Static functions that share a name are one probe, which hangs at
 * each of them.
 *
 * Where a function begins with endbr64 its probes hang behind that: the kernel executes the other
 * first instructions that compilers write itself, but that one it steps over, which takes 20 times
 * as long. A return probe finds the caller's instruction pointer in its registers, and which
 * instruction returned is not known: arg0 is 0, arg1 the value.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "object.h"
#include "probe/match.h"
#include "proc/elfsym.h"
#include "proc/maps.h"
#include "providers.h"

#define PID_MAX 4194304

struct place {
	const char *path; /* of the object: what to attach to */
	int32_t pid;
	bool is_return;
	DT_VEC(uint64_t) offs;
};

struct search {
	struct dt_registry *r;
	const struct dt_provider *p;
	const struct dt_query *q;
	const char *prov; /* "pid1234" */
	int32_t pid;
	bool entry, ret; /* which names are wanted */
	/* the object being looked at */
	int fd;
	const char *path, *object;
	bool matched, ifunc;
};

static bool claims(const struct dt_provider *p, const char *prov)
{
	size_t n = strlen(p->name);

	return !strncmp(prov, p->name, n) &&
	       (!prov[n] || strchr("0123456789*?[\\", prov[n]) != NULL);
}

/* PID-01: a number of its own, without globs. */
static int parse_pid(struct search *s)
{
	const char *digits = s->q->prov + strlen(s->p->name);
	char *end;
	long pid = strtol(digits, &end, 10);

	if (*end || end == digits || *digits == '0' || pid <= 0 || pid > PID_MAX)
		return dt_registry_fail(s->r, D_PROC_BADPID, -EINVAL,
					"the provider's name must end in the number of a process, "
					"as in pid1234 or pid$target");
	if (pid == getpid())
		return dt_registry_fail(s->r, D_PROC_DYN, -EINVAL, "dtrace cannot trace itself");
	s->pid = (int32_t)pid;
	s->prov = s->q->prov;
	return 0;
}

/* ------------------------------------------------------------------ functions to probes */

static void add_offset(struct search *s, struct place *pl, uint64_t off)
{
	for (uint32_t i = 0; i < pl->offs.n; i++)
		if (pl->offs.v[i] == off)
			return;
	dt_vec_push(s->r->arena, &pl->offs, off);
}

static struct place *add_probe(struct search *s, const char *object, const char *func, bool ret)
{
	struct place *pl = DT_NEW(s->r->arena, struct place);
	struct dt_probe *pr;
	uint32_t had = s->r->probes.n;

	*pl = (struct place){.path = s->path, .pid = s->pid, .is_return = ret};
	pr = dt_probe_add(s->r, s->p, 0, s->prov, object, func, ret ? "return" : "entry",
			  (uintptr_t)pl);
	if (s->r->probes.n > had)
		pr->id = dt_registry_process_id(s->r);
	return (struct place *)(uintptr_t)pr->priv;
}

#define CODE_MAX 16

static size_t read_code(const struct search *s, uint64_t off, unsigned char code[CODE_MAX])
{
	ssize_t n = pread(s->fd, code, CODE_MAX, (off_t)off);

	return n > 0 ? (size_t)n : 0;
}

/* Behind a leading endbr64, for both: the stack is still as at the call. */
static size_t endbr_length(const unsigned char *code, size_t n, uint64_t size)
{
	static const unsigned char endbr64[4] = {0xf3, 0x0f, 0x1e, 0xfa};

	return n >= sizeof(endbr64) && !memcmp(code, endbr64, sizeof(endbr64)) &&
			       (!size || size > sizeof(endbr64))
		       ? sizeof(endbr64)
		       : 0;
}

/* An instruction with a lock or segment prefix, or a privileged one: the kernel refuses to step
 * over those. (If we are wrong about one, attaching finds it out, more slowly.) */
static bool is_refused(const unsigned char *code, size_t n)
{
	static const char prefixes[] = "\xf0\x2e\x36\x3e\x26",
			  opcodes[] = "\xcc\xcd\xcf\xf4\xfa\xfb\x6c\x6d\x6e\x6f\xe4\xe5\xe6"
				      "\xe7\xec\xed\xee\xef";
	size_t i = 0;

	while (i < n && (code[i] == 0x66 || code[i] == 0x67 || code[i] == 0xf2 || code[i] == 0xf3 ||
			 memchr(prefixes, code[i], sizeof(prefixes) - 1)))
		if (memchr(prefixes, code[i++], sizeof(prefixes) - 1))
			return true;
	if (i < n && (code[i] & 0xf0) == 0x40)
		i++; /* REX */
	return i < n && memchr(opcodes, code[i], sizeof(opcodes) - 1);
}

static int add_function(void *arg, const struct dt_elf_func *f)
{
	struct search *s = arg;
	unsigned char code[CODE_MAX];
	size_t skip, n;

	if (f->ifunc) {
		s->ifunc = true;
		return 0;
	}
	s->matched = true;
	n = read_code(s, f->off, code);
	skip = endbr_length(code, n, f->size);
	for (int ret = 0; ret < 2; ret++) {
		struct place *pl;

		if (!(ret ? s->ret : s->entry))
			continue;
		pl = add_probe(s, s->object, f->name, ret);
		if (strcmp(pl->path, s->path) != 0) /* another file of the same name */
			pl = add_probe(s, s->path, f->name, ret);
		if (!is_refused(code + skip, n - skip))
			add_offset(s, pl, f->off + skip);
	}
	return 0;
}

/* ------------------------------------------------------------------ objects */

static int search_object(struct search *s, const struct dt_mapping *m, bool is_program)
{
	const char *func = s->q->func[0] ? s->q->func : "*";
	char path[DT_OBJECT_PATH], name[DT_OBJECT_NAME];
	struct dt_object o = {.path = m->path, .name = name, .is_program = is_program};
	struct dt_elf *e;
	int r;

	dt_mapping_object(m->path, name, sizeof(name));
	s->object = name;
	s->fd = dt_mapping_open(s->pid, m, path, sizeof(path));
	if (s->fd < 0)
		return 0; /* gone, or no regular file */
	s->path = dt_intern(s->r->arena, path);
	r = dt_elf_open_fd(&e, s->fd, true);
	if (!r) {
		o.soname = dt_elf_soname(e);
		if (dt_object_match(s->q->mod, &o))
			r = dt_elf_functions(e, func, dt_glob, add_function, s);
		dt_elf_close(e);
	}
	close(s->fd);
	return r == -ENOMEM ? r : 0; /* a file that is no program has no functions */
}

static bool seen_before(const struct dt_mappings *maps, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++)
		if (maps->v[k].ino == maps->v[i].ino && maps->v[k].dev == maps->v[i].dev)
			return true;
	return false;
}

static int search_objects(struct search *s, const struct dt_mappings *maps)
{
	char program[DT_OBJECT_PATH];
	int r = 0;

	dt_object_program(s->pid, program, sizeof(program));
	for (uint32_t i = 0; i < maps->n && !r; i++)
		if (maps->v[i].path[0] == '/' && !seen_before(maps, i))
			r = search_object(s, &maps->v[i], !strcmp(maps->v[i].path, program));
	return r;
}

/* A function that was named and is not there deserves more than "matches no probes". */
static int not_found(struct search *s)
{
	if (s->matched || s->q->listing || !dt_glob_literal(s->q->func) ||
	    !dt_glob_literal(s->q->mod))
		return 0;
	if (s->ifunc)
		return dt_registry_fail(s->r, D_PROC_FUNC, -ENOENT,
					"%s is no function in %s: which one it stands for (an "
					"IFUNC) is chosen when the program is loaded",
					s->q->func, s->q->mod);
	return dt_registry_fail(s->r, D_PROC_FUNC, -ENOENT, "there is no function %s in %s",
				s->q->func, s->q->mod);
}

/* ------------------------------------------------------------------ the contract */

static int match(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	struct search s = {.r = r, .p = p, .q = q};
	struct dt_mappings maps;
	int err = parse_pid(&s);

	if (err)
		return err;
	s.entry = dt_glob(q->name, "entry");
	s.ret = dt_glob(q->name, "return");
	if (!s.entry && !s.ret)
		return dt_registry_fail(r, D_PROC_NAME, -EINVAL,
					"a probe of the pid provider is called entry or return");
	err = r->settle ? r->settle(r, s.pid) : 0;
	if (err)
		return err;
	err = dt_mappings_read(&maps, s.pid);
	if (err)
		return dt_registry_fail(
			r, D_PROC_GRAB, err, "process %d cannot be traced: %s", (int)s.pid,
			err == -ESRCH ? "it does not exist, or has no program" : strerror(-err));
	err = search_objects(&s, &maps);
	dt_mappings_free(&maps);
	return err ? err : not_found(&s);
}

static int args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		struct dt_argdesc *out, int max)
{
	(void)r, (void)pr, (void)ts, (void)out, (void)max;
	return 0; /* the symbol table says nothing of types */
}

static struct dt_argsrc argsrc(const struct dt_probe *pr, const struct dt_attach *at, unsigned n)
{
	(void)pr;
	if (!at->is_return)
		return (struct dt_argsrc){.kind = DT_ARG_FUNC, .size = 8, .value = n};
	if (n == 1)
		return (struct dt_argsrc){.kind = DT_ARG_RETVAL, .size = 8};
	return (struct dt_argsrc){.kind = DT_ARG_NONE};
}

static int attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	const struct place *pl = (const struct place *)(uintptr_t)pr->priv;

	if (!pl->offs.n)
		return dt_registry_error(r, -ENOTSUP,
					 "its first instruction is one that the kernel cannot "
					 "step over");
	for (uint32_t i = 0; i < pl->offs.n; i++)
		dt_hook_add(out, (struct dt_attach){
					 .mech = DT_MECH_UFUNC,
					 .target = pl->path,
					 .addr = pl->offs.v[i],
					 .pid = pl->pid,
					 .is_return = pl->is_return,
				 });
	return 0;
}

#define EEI                                         \
	{                                           \
		STB_EVOLVING, STB_EVOLVING, CLS_ISA \
	}
#define PPU                                           \
	{                                             \
		STB_PRIVATE, STB_PRIVATE, CLS_UNKNOWN \
	}

const struct dt_provider dt_prov_pid = {
	.name = "pid",
	.stability = {.prov = EEI, .mod = PPU, .func = PPU, .pname = EEI, .args = PPU},
	.exact = true,
	.claims = claims,
	.match = match,
	.args = args,
	.argsrc = argsrc,
	.attach = attach,
};
