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
 * pidPID:object:function:1c is the instruction at that offset, pidPID:a.out:-:401136 the one at
 * that address. A uprobe amidst an instruction would break the program, so it is counted from the
 * function's beginning where instructions begin.
 *
 * Where a function begins with endbr64 its probes hang behind that: the kernel executes the other
 * first instructions that compilers write itself, but that one it steps over, which takes 20 times
 * as long. What begins without having been called (the program itself, a signal's return) has no
 * return address where one is expected, and the kernel would overwrite something else: those have
 * no return probes. A return probe finds the caller's instruction pointer in its registers, and
 * which instruction returned is not known: arg0 is 0, arg1 the value.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "object.h"
#include "probe/match.h"
#include "proc/elfsym.h"
#include "proc/insn.h"
#include "proc/maps.h"
#include "providers.h"

#define PID_MAX  4194304
#define CODE_MAX (1u << 20) /* of a function, for offsets in it */

enum kind { ENTRY, RETURN, OFFSET };

struct place {
	const char *path; /* of the object: what to attach to */
	int32_t pid;
	enum kind kind;
	DT_VEC(uint64_t) offs;
	const char *why; /* there are none: why not */
};

struct search {
	struct dt_registry *r;
	const struct dt_provider *p;
	const struct dt_query *q;
	const char *prov; /* "pid1234" */
	int32_t pid;
	bool want[2];   /* ENTRY, RETURN */
	bool insns;     /* instructions by their offset, too, */
	int64_t offset; /* this one, or -1: those that match */
	/* the object being looked at */
	int fd;
	const char *path, *object;
	uint64_t start;                      /* address of its entry point */
	bool matched, ifunc, placed, inside; /* an offset: found; in the function at least */
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

static struct place *add_probe(struct search *s, const char *object, const char *func,
			       const char *name, enum kind kind)
{
	struct place *pl = DT_NEW(s->r->arena, struct place);
	struct dt_probe *pr;
	uint32_t had = s->r->probes.n;

	*pl = (struct place){.path = s->path, .pid = s->pid, .kind = kind};
	pr = dt_probe_add(s->r, s->p, 0, s->prov, object, func, name, (uintptr_t)pl);
	if (s->r->probes.n > had)
		pr->id = dt_registry_process_id(s->r);
	return (struct place *)(uintptr_t)pr->priv;
}

/* The instruction at `off`, whose first bytes are `code`. */
static void add_place(struct search *s, const char *func, const char *name, enum kind kind,
		      uint64_t off, const unsigned char *code, size_t n)
{
	struct place *pl = add_probe(s, s->object, func, name, kind);

	if (strcmp(pl->path, s->path) != 0) /* another file of the same name */
		pl = add_probe(s, s->path, func, name, kind);
	if (dt_insn_refused(code, n))
		pl->why = "its instruction is one that the kernel cannot step over";
	else
		add_offset(s, pl, off);
}

/*
 * Why a function must not have a return probe: the kernel puts an address of its own in place of the
 * return address. NULL: it may. What keeps that address for later would go there when nobody expects it.
 */
static const char *no_return(const struct search *s, const struct dt_elf_func *f)
{
	static const char *const jumped[] = {"_dl_start_user", "_dl_runtime_resolve",
					     "_dl_runtime_profile", "__restore_rt"},
				 *const keeps[] = {"setjmp",   "getcontext",  "swapcontext",
						   "_Unwind_", "__cxa_throw", "__cxa_rethrow"};

	if (f->vaddr == s->start)
		return "it does not return: it is where the program begins";
	for (size_t i = 0; i < sizeof(jumped) / sizeof(jumped[0]); i++)
		if (!strncmp(f->name, jumped[i], strlen(jumped[i])))
			return "it does not return: it is not called, but jumped to";
	for (size_t i = 0; i < sizeof(keeps) / sizeof(keeps[0]); i++)
		if (strstr(f->name, keeps[i]))
			return "it looks at its return address, which a probe would change";
	return NULL;
}

/* Instructions of a function by their offset in it. */
static int add_insns(struct search *s, const struct dt_elf_func *f)
{
	size_t size = f->size < CODE_MAX ? f->size : CODE_MAX;
	unsigned char *code = malloc(size + 1);
	ssize_t n = code ? pread(s->fd, code, size, (off_t)f->off) : -1;
	char name[24];

	for (size_t at = 0, len; n > 0 && at < (size_t)n; at += len) {
		len = dt_insn_length(code + at, (size_t)n - at);
		if (!len) /* data: what follows it cannot be told */
			break;
		snprintf(name, sizeof(name), "%zx", at);
		if (s->offset >= 0 ? at != (size_t)s->offset : !dt_glob(s->q->name, name))
			continue;
		add_place(s, f->name, name, OFFSET, f->off + at, code + at, (size_t)n - at);
		s->placed = true;
	}
	s->inside |= s->offset >= 0 && (uint64_t)s->offset < f->size;
	free(code);
	return code ? 0 : -ENOMEM;
}

static int add_function(void *arg, const struct dt_elf_func *f)
{
	static const char *const names[] = {"entry", "return"};
	struct search *s = arg;
	unsigned char code[16];
	const char *why;
	unsigned skip;
	ssize_t n;

	if (f->ifunc) {
		s->ifunc = true;
		return 0;
	}
	s->matched = true;
	n = pread(s->fd, code, sizeof(code), (off_t)f->off);
	if (n <= 0)
		return 0;
	/* behind a leading endbr64, for both: the stack is still as at the call */
	skip = dt_insn_endbr(code, (size_t)n);
	skip = f->size && f->size <= skip ? 0 : skip;
	for (enum kind k = ENTRY; k <= RETURN; k++)
		if (s->want[k] && k == RETURN && (why = no_return(s, f)))
			add_probe(s, s->object, f->name, names[k], k)->why = why;
		else if (s->want[k])
			add_place(s, f->name, names[k], k, f->off + skip, code + skip,
				  (size_t)n - skip);
	return s->insns ? add_insns(s, f) : 0;
}

/* PID-04: the instruction at an address of the program. If it is in a function that we know, it
 * must be where one of its instructions begins. */
static int add_address(struct search *s, const struct dt_mapping *m, const struct dt_elf *e)
{
	uint64_t addr = (uint64_t)s->offset, off = addr - m->start + m->off, delta;
	unsigned char code[16];
	char name[24];
	ssize_t n;

	if (addr < m->start || addr >= m->end)
		return 0;
	s->inside = true;
	n = pread(s->fd, code, sizeof(code), (off_t)off);
	if (n <= 0 || !dt_insn_length(code, (size_t)n))
		return 0;
	if (dt_elf_lookup(e, off, &delta)) {
		unsigned char *body = malloc(delta + 1);
		uint64_t at = 0, len = 1;
		bool whole = body && delta <= CODE_MAX &&
			     pread(s->fd, body, delta, (off_t)(off - delta)) == (ssize_t)delta;

		while (whole && at < delta && (len = dt_insn_length(body + at, delta - at)))
			at += len;
		free(body);
		if (!whole || at != delta)
			return 0;
	}
	snprintf(name, sizeof(name), "%llx", (unsigned long long)addr);
	add_place(s, "-", name, OFFSET, off, code, (size_t)n);
	s->matched = s->placed = true;
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
		s->start = dt_elf_entry(e);
		if (!dt_object_match(s->q->mod, &o))
			r = 0;
		else if (!strcmp(func, "-"))
			r = is_program ? add_address(s, m, e) : 0;
		else
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

/* What was named and is not there deserves more than "matches no probes". */
static int not_found(struct search *s)
{
	bool literal = dt_glob_literal(s->q->func) && dt_glob_literal(s->q->mod);

	if (s->q->listing || (s->matched && s->offset < 0) || s->placed || !literal)
		return 0;
	if (s->inside)
		return dt_registry_fail(s->r, D_PROC_ALIGN, -ENOENT,
					"no instruction begins at %s in %s", s->q->name,
					strcmp(s->q->func, "-") ? s->q->func : s->q->mod);
	if (!strcmp(s->q->func, "-"))
		return dt_registry_fail(s->r, D_PROC_OFF, -ENOENT, "%s has no code at %s",
					s->q->mod, s->q->name);
	if (s->matched)
		return dt_registry_fail(s->r, D_PROC_OFF, -ENOENT, "%s ends before %s", s->q->func,
					s->q->name);
	if (s->ifunc)
		return dt_registry_fail(s->r, D_PROC_FUNC, -ENOENT,
					"%s is no function in %s: which one it stands for (an "
					"IFUNC) is chosen when the program is loaded",
					s->q->func, s->q->mod);
	return dt_registry_fail(s->r, D_PROC_FUNC, -ENOENT, "there is no function %s in %s",
				s->q->func, s->q->mod);
}

/* ------------------------------------------------------------------ the contract */

/* Which names are wanted: entry, return, an offset; a pattern means instructions, too, if it is
 * about one function (PID-06), since there are as many as there are instructions. */
static int parse_name(struct search *s)
{
	const char *name = s->q->name;
	bool literal = dt_glob_literal(name);
	char *end;

	s->offset = -1;
	s->want[ENTRY] = dt_glob(name, "entry");
	s->want[RETURN] = dt_glob(name, "return");
	if (literal && strspn(name, "0123456789abcdef") == strlen(name) && strlen(name) < 16) {
		s->insns = true;
		s->offset = (int64_t)strtoull(name, &end, 16);
	} else if (*name && !literal) {
		s->insns = dt_glob_literal(s->q->func);
	} else if (!s->want[ENTRY] && !s->want[RETURN]) {
		return dt_registry_fail(s->r, D_PROC_NAME, -EINVAL,
					"a probe of the pid provider is called entry, return, or "
					"like the hexadecimal offset of an instruction");
	}
	if (strcmp(s->q->func, "-") != 0)
		return 0;
	if (s->offset < 0)
		return dt_registry_fail(s->r, D_PROC_NAME, -EINVAL,
					"with - as the function, the name is the hexadecimal "
					"address of an instruction");
	return 0;
}

/* PID-04: an address that is in a library has a function. */
static int check_program(struct search *s)
{
	struct dt_object o = {.path = "", .name = "", .soname = "", .is_program = true};
	char program[DT_OBJECT_PATH], name[DT_OBJECT_NAME];

	if (strcmp(s->q->func, "-") != 0)
		return 0;
	dt_object_program(s->pid, program, sizeof(program));
	dt_mapping_object(program, name, sizeof(name));
	o.path = program;
	o.name = name;
	return dt_object_match(s->q->mod, &o)
		       ? 0
		       : dt_registry_fail(s->r, D_PROC_LIB, -EINVAL,
					  "- as the function is for a.out only");
}

static int match(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	struct search s = {.r = r, .p = p, .q = q};
	struct dt_mappings maps;
	int err = parse_pid(&s);

	err = err ? err : parse_name(&s);
	err = err ? err : r->settle ? r->settle(r, s.pid) : 0;
	err = err ? err : check_program(&s);
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
	if (at->at_entry)
		return (struct dt_argsrc){.kind = DT_ARG_FUNC, .size = 8, .value = n};
	if (at->is_return && n == 1)
		return (struct dt_argsrc){.kind = DT_ARG_RETVAL, .size = 8};
	return (struct dt_argsrc){.kind = DT_ARG_NONE};
}

static int attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	const struct place *pl = (const struct place *)(uintptr_t)pr->priv;

	if (!pl->offs.n)
		return dt_registry_error(r, -ENOTSUP, "%s", pl->why);
	for (uint32_t i = 0; i < pl->offs.n; i++)
		dt_hook_add(out, (struct dt_attach){
					 .mech = DT_MECH_UFUNC,
					 .target = pl->path,
					 .addr = pl->offs.v[i],
					 .pid = pl->pid,
					 .is_return = pl->kind == RETURN,
					 .at_entry = pl->kind == ENTRY,
				 });
	return 0;
}

const struct dt_provider dt_prov_pid = {
	.name = "pid",
	.stability = {.prov = DT_STAB_EVOLVING_ISA,
		      .mod = DT_STAB_PRIVATE,
		      .func = DT_STAB_PRIVATE,
		      .pname = DT_STAB_EVOLVING_ISA,
		      .args = DT_STAB_PRIVATE},
	.exact = true,
	.claims = claims,
	.match = match,
	.by_id = dt_object_by_id,
	.args = args,
	.argsrc = argsrc,
	.attach = attach,
};
