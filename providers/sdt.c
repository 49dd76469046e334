/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sdt and rawtp: the kernel's own tracepoints (SDT-01, SDT-02).
 *
 * The kernel has some thousands of tracepoints, in groups; tracefs lists them. Each can be listened
 * to in two ways, which are two providers here:
 *
 *	sdt:GROUP::EVENT	the event as the kernel formats it for tracing: a record of fields, whose
 *				layout is in events/GROUP/EVENT/format. argN is field N.
 *	rawtp:GROUP::EVENT	what the kernel's code hands to the tracepoint: pointers to its own
 *				structures. argN is parameter N, its type from BTF.
 *
 * DTrace promises argN and args[N] by position. A field may be an array (char comm[16]) or a
 * variable-length array whose place is in the record (__data_loc): such an argument is its address,
 * and args[N] the array there. What a program does not read of a record need not be formatted at all:
 * plan/ then listens as rawtp does, which attaches and detaches faster.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "probe/match.h"
#include "proc/tracefs.h"
#include "providers.h"

#define COMMON_FIELDS 8 /* bytes that every record begins with: no arguments */
#define ARGS_MAX      32
#define RAW_ARGS_MAX  12

struct field {
	const char *type;  /* as written, without array and name */
	const char *array; /* what was in [], or NULL */
	uint16_t off, size;
	bool is_signed, data_loc, rel_loc;
};

/* dt_probe.priv: shared by an event's two probes. */
struct event {
	const char *group, *name;
	uint32_t id;
	bool parsed;
	uint32_t nfields;
	struct field fields[ARGS_MAX];
};

static struct event *event_of(const struct dt_probe *pr)
{
	return (struct event *)(uintptr_t)pr->priv;
}

static uint32_t id_base(const struct dt_provider *p)
{
	return p == &dt_prov_sdt ? DT_ID_SDT : DT_ID_RAWTP;
}

/* ------------------------------------------------------------------ which there are */

/* Groups whose events are somebody's probes, or have a provider of their own. */
static bool is_ours(const char *group)
{
	static const char *const others[] = {"kprobes", "uprobes", "syscalls", "dt_pid",
					     "synthetic"};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(group, others[i]))
			return false;
	return strncmp(group, "dt_", 3) != 0;
}

static int open_root(struct dt_registry *r)
{
	int root = dt_tracefs_root();

	if (root < 0)
		dt_registry_error(r, root,
				  "tracefs, which lists the kernel's events, cannot be read: %s",
				  strerror(-root));
	return root;
}

/* The event's number; 0 if there is no such event. */
static uint32_t event_id(int root, const char *group, const char *name)
{
	char path[256], text[32] = "";
	unsigned long id;
	int fd;

	if (snprintf(path, sizeof(path), "events/%s/%s/id", group, name) >= (int)sizeof(path) ||
	    (fd = openat(root, path, O_RDONLY | O_CLOEXEC)) < 0)
		return 0;
	id = read(fd, text, sizeof(text) - 1) > 0 ? strtoul(text, NULL, 10) : 0;
	close(fd);
	return id > 0 && id <= UINT16_MAX ? (uint32_t)id : 0;
}

static void add(struct dt_registry *r, const struct dt_provider *p, int root, const char *group,
		const char *name)
{
	const struct dt_provider *other = p == &dt_prov_sdt ? &dt_prov_rawtp : &dt_prov_sdt;
	const struct dt_probe *its = dt_registry_find(r, other->name, group, "", name);
	struct event *ev = its ? event_of(its) : DT_NEW(r->arena, struct event);

	if (!its) {
		ev->group = dt_intern(r->arena, group);
		ev->name = dt_intern(r->arena, name);
		ev->id = event_id(root, group, name);
	}
	if (ev->id)
		dt_probe_add(r, p, id_base(p) + ev->id, p->name, group, "", name,
			     (uint64_t)(uintptr_t)ev);
}

/* Calls add for each line "group:event" that fits. */
static int enumerate(struct dt_registry *r, const struct dt_provider *p, int root,
		     const struct dt_query *q)
{
	char *text, *line, *save = NULL;
	int err = dt_tracefs_read(root, "available_events", &text, NULL);

	if (err)
		return dt_registry_error(r, err, "the kernel's list of events cannot be read: %s",
					 strerror(-err));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *colon = strchr(line, ':');

		if (!colon)
			continue;
		*colon = '\0';
		if (is_ours(line) && dt_glob(q->mod, line) && dt_glob(q->name, colon + 1))
			add(r, p, root, line, colon + 1);
	}
	free(text);
	return 0;
}

/* Could an event be called so? They are identifiers of C, and none is all capitals: there is no
 * need to look for BEGIN or tick-1s. */
static bool plausible(const char *name)
{
	bool lower = false;

	for (const char *s = name; *s; s++) {
		if (!(*s == '_' || (*s >= '0' && *s <= '9') ||
		      ((*s | 32) >= 'a' && (*s | 32) <= 'z')))
			return false;
		lower |= *s >= 'a' && *s <= 'z';
	}
	return lower;
}

static int match(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	int root, err = 0;

	if (!dt_glob(q->func, "") || (dt_glob_literal(q->name) && !plausible(q->name)))
		return 0;
	root = open_root(r);
	if (root < 0)
		return *q->prov && dt_glob_literal(q->prov) ? root : 0;
	if (dt_glob_literal(q->mod) && dt_glob_literal(q->name)) {
		if (is_ours(q->mod) && !strchr(q->mod, '/') && !strchr(q->name, '/'))
			add(r, p, root, q->mod, q->name);
	} else {
		err = enumerate(r, p, root, q);
	}
	close(root);
	return err;
}

/* The kernel has no way from a number to a name but its list. */
static int by_id(struct dt_registry *r, const struct dt_provider *p, uint32_t id)
{
	static const struct dt_query all = {"", "", "", "", true};

	return id > id_base(p) && id <= id_base(p) + UINT16_MAX ? match(r, p, &all) : -ENOENT;
}

/* ------------------------------------------------------------------ the record's fields */

static bool take_number(const char *line, const char *key, long *out)
{
	const char *at = strstr(line, key);
	char *end;

	if (!at)
		return false;
	*out = strtol(at + strlen(key), &end, 10);
	return end != at + strlen(key) && *end == ';' && *out >= 0 && *out <= UINT16_MAX;
}

static size_t trim(const char *s, size_t n)
{
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	return n;
}

/* "field:__data_loc char[] name;	offset:8;	size:4;	signed:0;" -- a declaration of C,
 * but that an array's length may stand before its name. */
static bool parse_field(struct dt_arena *a, const char *line, struct field *f)
{
	const char *decl = strstr(line, "field:"), *end, *open;
	long off, size, sign = 0;
	size_t n;

	memset(f, 0, sizeof(*f));
	if (!decl || !(end = strchr(decl, ';')) || !take_number(end, "offset:", &off) ||
	    !take_number(end, "size:", &size))
		return false;
	take_number(end, "signed:", &sign);
	decl += 6;
	f->off = (uint16_t)off;
	f->size = (uint16_t)size;
	f->is_signed = sign;
	if (!strncmp(decl, "__data_loc ", 11)) {
		f->data_loc = true;
		decl += 11;
	} else if (!strncmp(decl, "__rel_loc ", 10)) {
		f->rel_loc = true;
		decl += 10;
	}
	n = trim(decl, (size_t)(end - decl));
	open = memchr(decl, '[', n);
	if (open) {
		const char *close = memchr(open, ']', n - (size_t)(open - decl));

		if (!close)
			return false;
		f->array = dt_strndup(a, open + 1, (size_t)(close - open) - 1);
		if (close + 1 == decl + n) /* type name[16]: the name goes, too */
			n = (size_t)(open - decl);
	}
	if (!f->data_loc && !f->rel_loc) {
		n = trim(decl, n);
		while (n && decl[n - 1] != ' ' && decl[n - 1] != '*')
			n--;
	} else if (open) {
		n = (size_t)(open - decl);
	}
	f->type = dt_strndup(a, decl, trim(decl, n));
	return true;
}

static int parse(struct dt_registry *r, struct event *ev)
{
	char path[256], *text, *line, *save = NULL;
	int root, err;

	if (ev->parsed)
		return 0;
	root = open_root(r);
	if (root < 0)
		return root;
	snprintf(path, sizeof(path), "events/%s/%s/format", ev->group, ev->name);
	err = dt_tracefs_read(root, path, &text, NULL);
	close(root);
	if (err)
		return dt_registry_error(r, err,
					 "the format of the event's record cannot be read: %s",
					 strerror(-err));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct field f;

		if (!strncmp(line, "print fmt:", 10))
			break;
		if (ev->nfields < ARGS_MAX && parse_field(r->arena, line, &f) &&
		    f.off >= COMMON_FIELDS)
			ev->fields[ev->nfields++] = f;
	}
	free(text);
	ev->parsed = true;
	return 0;
}

/* ------------------------------------------------------------------ types */

static const struct dt_type *int_of(struct dt_types *ts, uint64_t size, bool is_signed)
{
	switch (size) {
	case 1: return is_signed ? ts->t_int8 : ts->t_uint8;
	case 2: return is_signed ? ts->t_int16 : ts->t_uint16;
	case 4: return is_signed ? ts->t_int32 : ts->t_uint32;
	default: return is_signed ? ts->t_int64 : ts->t_uint64;
	}
}

/* "const struct x *", as the kernel's sources have it. NULL: nobody knows it. */
static const struct dt_type *named(struct dt_types *ts, const char *text)
{
	enum dt_type_kind kind = TY_TYPEDEF;
	const struct dt_type *t;
	size_t n = strlen(text), stars = 0;
	char name[128];

	while (n && (text[n - 1] == '*' || text[n - 1] == ' '))
		stars += text[--n] == '*';
	for (;;) {
		size_t w = strcspn(text, " ");

		if (w >= n)
			break;
		if (!strncmp(text, "struct ", 7))
			kind = TY_STRUCT;
		else if (!strncmp(text, "union ", 6))
			kind = TY_UNION;
		else if (!strncmp(text, "enum ", 5))
			kind = TY_ENUM;
		else if (strncmp(text, "const ", 6) && strncmp(text, "volatile ", 9))
			break;
		text += w + 1;
		n -= w + 1;
	}
	if (n >= sizeof(name))
		return NULL;
	memcpy(name, text, n);
	name[n] = '\0';
	t = !strcmp(name, "void") ? ts->t_void : dt_types_lookup(ts, NULL, kind, name);
	if (!t && stars)
		t = ts->t_void;
	while (t && stars--)
		t = dt_type_ptr(ts, t);
	return t;
}

static const struct dt_type *field_type(struct dt_types *ts, const struct field *f)
{
	const struct dt_type *t = named(ts, f->type);
	uint64_t size;

	if (!f->array) {
		if (!t || dt_type_kind(t) == TY_VOID || dt_type_base(t)->size != f->size)
			t = int_of(ts, f->size, f->is_signed);
		return t;
	}
	if (!t || !dt_type_base(t)->size)
		t = ts->t_uint8;
	size = dt_type_base(t)->size;
	if (f->data_loc || f->rel_loc) /* as long as it is: a string, mostly */
		return dt_type_ptr(ts, t);
	return dt_type_array(ts, t, (uint32_t)(f->size / size));
}

static int sdt_args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		    struct dt_argdesc *out, int max)
{
	struct event *ev = event_of(pr);
	int err = parse(r, ev), n = 0;

	if (err)
		return err;
	for (; n < (int)ev->nfields && n < max; n++)
		out[n].type = field_type(ts, &ev->fields[n]);
	return n;
}

/* The prototype of what listens: btf_trace_EVENT, whose first parameter is the kernel's own. */
static int rawtp_args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		      struct dt_argdesc *out, int max)
{
	const struct dt_type *t = dt_types_lookup(ts, NULL, TY_TYPEDEF,
						  dt_asprintf(r->arena, "btf_trace_%s", pr->name));
	uint32_t n = 0;

	t = t ? dt_type_base(t) : NULL;
	t = t && t->kind == TY_PTR ? dt_type_base(t->to) : NULL;
	if (!t || t->kind != TY_FUNC) {
		for (; (int)n < RAW_ARGS_MAX && (int)n < max; n++) /* PC-05 */
			out[n].type = ts->t_uint64;
		return (int)n;
	}
	for (; n + 1 < t->members.n && (int)n < max; n++)
		out[n].type = t->members.v[n + 1].type;
	return (int)n;
}

/* ------------------------------------------------------------------ tracing */

static struct dt_argsrc sdt_argsrc(const struct dt_probe *pr, const struct dt_attach *at,
				   unsigned n)
{
	const struct event *ev = event_of(pr);
	const struct field *f = &ev->fields[n];

	if (n >= ev->nfields || at->ctx != DT_CTX_RECORD)
		return (struct dt_argsrc){.kind = DT_ARG_NONE};
	if (f->data_loc)
		return (struct dt_argsrc){.kind = DT_ARG_CTX_DATALOC, .off = (int16_t)f->off};
	if (f->rel_loc) /* counted from behind itself */
		return (struct dt_argsrc){.kind = DT_ARG_CTX_DATALOC,
					  .off = (int16_t)f->off,
					  .off2 = (int16_t)(f->off + 4)};
	if (f->array || (f->size != 1 && f->size != 2 && f->size != 4 && f->size != 8))
		return (struct dt_argsrc){.kind = DT_ARG_CTX_ADDR, .off = (int16_t)f->off};
	return (struct dt_argsrc){.kind = DT_ARG_CTX,
				  .off = (int16_t)f->off,
				  .size = (uint8_t)f->size,
				  .is_signed = f->is_signed};
}

static int sdt_attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	struct event *ev = event_of(pr);
	int err = parse(r, ev);

	if (!err)
		dt_hook_add(out, (struct dt_attach){.mech = DT_MECH_TRACEPOINT,
						    .ctx = DT_CTX_RECORD,
						    .target = ev->name,
						    .module = ev->group,
						    .perf_config = ev->id});
	return err;
}

static struct dt_argsrc rawtp_argsrc(const struct dt_probe *pr, const struct dt_attach *at,
				     unsigned n)
{
	(void)pr;
	(void)at;
	if (n >= RAW_ARGS_MAX)
		return (struct dt_argsrc){.kind = DT_ARG_NONE};
	return (struct dt_argsrc){.kind = DT_ARG_CTX, .off = (int16_t)(8 * n), .size = 8};
}

static int rawtp_attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	(void)r;
	dt_hook_add(out, (struct dt_attach){.mech = DT_MECH_RAW_TP,
					    .ctx = DT_CTX_RAW_TP,
					    .target = event_of(pr)->name});
	return 0;
}

#define STABILITY                                                                              \
	{                                                                                      \
		.prov = DT_STAB_EVOLVING_ISA, .mod = DT_STAB_PRIVATE, .func = DT_STAB_PRIVATE, \
		.pname = DT_STAB_PRIVATE_ISA, .args = DT_STAB_PRIVATE_ISA                      \
	}

const struct dt_provider dt_prov_sdt = {
	.name = "sdt",
	.stability = STABILITY,
	.match = match,
	.by_id = by_id,
	.args = sdt_args,
	.argsrc = sdt_argsrc,
	.attach = sdt_attach,
};

const struct dt_provider dt_prov_rawtp = {
	.name = "rawtp",
	.stability = STABILITY,
	.match = match,
	.by_id = by_id,
	.args = rawtp_args,
	.argsrc = rawtp_argsrc,
	.attach = rawtp_attach,
};
