/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options: -x, #pragma D option, DTRACE_OPT_NAME in the environment (C-33).
 *
 * options.def is the table; a kind is a parser from text to a number (or a string that is kept). A
 * value that is out of bounds is an error, never quietly changed.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/resource.h>
#include "api/internal.h"
#include "sema/stability.h"

extern char **environ;

enum kind {
	OK_BOOL,
	OK_INT,
	OK_SIZE,
	OK_RATE,
	OK_STRING,
	OK_CPPARG,
	OK_LIBDIR,
	OK_DUMP,
	OK_EVALTIME,
	OK_STDC,
	OK_POLICY,
	OK_SINK,
	OK_RESIZE,
	OK_LOCKMEM,
	OK_AMIN,
	OK_VERSION,
	OK_IGNORED,
	OK_LATER
};
enum when { OW_COMPILE, OW_RUN, OW_DYNAMIC };

static const struct optdef {
	const char *name;
	int id; /* -1: no value is kept */
	enum kind kind;
	enum when when;
	int64_t def, min, max;
} defs[] = {
#define DT_OPT(id, name, kind, when, def, min, max) {name, id, OK_##kind, OW_##when, def, min, max},
#define DT_OPT_NONE(name, kind)                     {name, -1, OK_##kind, OW_COMPILE, 0, 0, 0},
#include "api/options.def"
#undef DT_OPT
#undef DT_OPT_NONE
};
#define NDEFS (sizeof(defs) / sizeof(defs[0]))

static const struct optdef *find(const char *name)
{
	for (size_t i = 0; i < NDEFS; i++)
		if (!strcasecmp(defs[i].name, name))
			return &defs[i];
	return NULL;
}

void dt_options_init(dtrace_hdl_t *h)
{
	for (size_t i = 0; i < NDEFS; i++)
		if (defs[i].id >= 0)
			h->opt[defs[i].id] = defs[i].def;
	h->optstr[OPT_CPPPATH] = "cpp";
}

/* ------------------------------------------------------------------ values */

static bool parse_bool(const char *s, int64_t *out)
{
	static const char *const yes[] = {"", "1", "yes", "enable", "enabled", "true", "on", "set"};
	static const char *const no[] = {"0", "no", "disable", "disabled", "false", "off", "unset"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (!strcasecmp(s, yes[i])) {
			*out = 1;
			return true;
		}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (!strcasecmp(s, no[i])) {
			*out = DTRACEOPT_UNSET;
			return true;
		}
	return false;
}

/* A number in any C base; *end is what follows. */
static bool parse_number(const char *s, int64_t *out, const char **end)
{
	char *e;

	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	*out = strtoll(s, &e, 0);
	*end = e;
	return errno == 0;
}

static bool parse_size(const char *s, int64_t *out)
{
	static const char suffixes[] = "kmgt";
	const char *end, *p;

	if (!parse_number(s, out, &end))
		return false;
	if (!*end)
		return true;
	p = strchr(suffixes, tolower((unsigned char)*end));
	if (!p || !*p || (end[1] && strcasecmp(end + 1, "b")))
		return false;
	for (int i = 0; i <= p - suffixes; i++)
		if (__builtin_mul_overflow(*out, 1024, out))
			return false;
	return true;
}

/* A rate is kept as a period in ns. A bare number is ns, as in every implementation; 0 is 0. */
static bool parse_rate(const char *s, int64_t *out)
{
	static const struct {
		const char *suffix;
		int64_t ns;
	} units[] = {
		{"ns", 1},
		{"nsec", 1},
		{"us", 1000},
		{"usec", 1000},
		{"ms", 1000000},
		{"msec", 1000000},
		{"s", 1000000000},
		{"sec", 1000000000},
		{"m", 60000000000},
		{"min", 60000000000},
		{"h", 3600000000000},
		{"hour", 3600000000000},
		{"d", 86400000000000},
		{"day", 86400000000000},
	};
	const char *end;

	if (!parse_number(s, out, &end))
		return false;
	if (!*end)
		return true;
	if (!strcasecmp(end, "hz")) {
		if (*out)
			*out = *out > 1000000000 ? 1 : 1000000000 / *out;
		return true;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcasecmp(end, units[i].suffix))
			return !__builtin_mul_overflow(*out, units[i].ns, out);
	return false;
}

/* One word out of a list; its position, or -1. */
static int word(const char *s, size_t len, const char *const *list)
{
	for (int i = 0; list[i]; i++)
		if (strlen(list[i]) == len && !strncasecmp(s, list[i], len))
			return i;
	return -1;
}

static bool parse_dump(const char *s, int64_t *out)
{
	static const char *const words[] = {"tok",   "ast", "typed", "ir",
					    "alloc", "bpf", "maps",  NULL};

	while (*s) {
		size_t len = strcspn(s, ",");
		int w = word(s, len, words);

		if (w < 0)
			return false;
		*out |= 1 << w;
		s += len + (s[len] == ',');
	}
	return true;
}

/*
 * "1.2" or "1.2.3": the version of D a program was written for. Nothing we have is younger
 * than 1.0, so any up to ours will do.
 */
static bool parse_version(const char *s, int64_t *out)
{
	unsigned v[3] = {0};
	int end = 0;

	if (!isdigit((unsigned char)*s) ||
	    sscanf(s, "%3u.%3u%n.%3u%n", &v[0], &v[1], &end, &v[2], &end) < 2 || s[end])
		return false;
	*out = (int64_t)v[0] << 32 | v[1] << 16 | v[2];
	return *out >= 1ll << 32 && *out <= (int64_t)DT_D_MAJOR << 32;
}

/* -D x and the like: one string that cpp gets as it is. */
static void add_cpparg(dtrace_hdl_t *h, int id, const char *value)
{
	static const struct {
		int id;
		const char *flag;
	} flags[] = {
		{OPT_DEFINE, "-D"}, {OPT_UNDEF, "-U"}, {OPT_INCDIR, "-I"}, {OPT_CPPHDRS, "-H"}};
	const char *flag = "";

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (flags[i].id == id)
			flag = flags[i].flag;
	dt_vec_push(h->arena, &h->cppargs,
		    dt_asprintf(h->arena, "%s%s", flag, id == OPT_CPPHDRS ? "" : value));
}

/* ------------------------------------------------------------------ setting */

static const char *later(int *err)
{
	*err = EDT_BADOPTVAL;
	return "This is not supported yet";
}

/* Parses by kind into *v. NULL, or a message. */
static const char *parse_value(const struct optdef *d, const char *s, int64_t *v, int *err)
{
	static const char *const policies[] = {"switch", "fill", "ring", NULL};
	static const char *const sinks[] = {"ring", "perf", NULL};
	static const char *const resizes[] = {"auto", "manual", NULL};
	static const char *const evals[] = {"exec", "preinit", "postinit", "main", NULL};
	struct dt_stability st;
	const char *end;
	bool ok = true;

	switch (d->kind) {
	case OK_BOOL: ok = parse_bool(s, v); break;
	case OK_INT: ok = parse_number(s, v, &end) && !*end && *v >= d->min && *v <= d->max; break;
	case OK_SIZE: ok = parse_size(s, v) && *v >= d->min && *v <= d->max; break;
	case OK_RATE: ok = parse_rate(s, v); break;
	case OK_STRING:
		ok = *s != '\0';
		*v = 1;
		break;
	case OK_DUMP: ok = parse_dump(s, v); break;
	case OK_SINK:
		*v = word(s, strlen(s), sinks);
		ok = *v >= 0;
		break;
	case OK_RESIZE:
		*v = word(s, strlen(s), resizes);
		ok = *v >= 0;
		break;
	case OK_POLICY:
		*v = word(s, strlen(s), policies);
		ok = *v >= 0;
		break;
	case OK_EVALTIME:
		*v = word(s, strlen(s), evals);
		ok = *v >= 0;
		break;
	case OK_STDC:
		ok = *s && !s[1] && strchr("acst", *s);
		*v = *s;
		break;
	case OK_LOCKMEM:
		*v = -1;
		ok = !strcasecmp(s, "unlimited") || parse_size(s, v);
		break;
	case OK_AMIN:
		ok = dt_stability_parse(s, &st);
		*v = st.name << 16 | st.data << 8 | st.cls;
		break;
	case OK_VERSION: ok = parse_version(s, v); break;
	case OK_CPPARG: ok = *s || d->id == OPT_CPPHDRS; break;
	case OK_LIBDIR: ok = *s != '\0'; break;
	case OK_IGNORED: break;
	case OK_LATER: return later(err);
	}
	*err = EDT_BADOPTVAL;
	return ok ? NULL : "Invalid value for specified option";
}

static int set_lockmem(int64_t size)
{
	struct rlimit rl = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};

	if (size >= 0)
		rl.rlim_cur = rl.rlim_max = (rlim_t)size;
	return setrlimit(RLIMIT_MEMLOCK, &rl) ? -errno : 0;
}

const char *dt_option_set(dtrace_hdl_t *h, const char *name, const char *value, int *err)
{
	const struct optdef *d = find(name);
	const char *text, *s = value ? value : "";
	int64_t v = 0;

	if (!d) {
		*err = EDT_BADOPTNAME;
		return "Invalid option name";
	}
	if (h->phase != PH_COMPILE && d->when != OW_DYNAMIC) {
		*err = EDT_ACTIVE;
		return "This option cannot be changed while tracing";
	}
	text = parse_value(d, s, &v, err);
	if (text)
		return text;
	if (h->libs && (d->id == OPT_LIBDIR || d->id == OPT_SYSLIBDIR)) {
		*err = EDT_OPTCTX; /* nothing would come of it */
		return "Libraries have been loaded already: set it on the command line";
	}
	if (d->id < 0)
		return NULL;
	if (d->kind == OK_CPPARG)
		add_cpparg(h, d->id, s);
	else if (d->kind == OK_LIBDIR)
		dt_vec_push(h->arena, &h->libdirs, dt_strdup(h->arena, s));
	else if (d->kind == OK_STRING)
		h->optstr[d->id] = dt_strdup(h->arena, s);
	else if (d->kind == OK_LOCKMEM && set_lockmem(v)) {
		*err = errno;
		return dt_asprintf(h->arena, "cannot set the limit of locked memory: %s",
				   strerror(errno));
	}
	h->opt[d->id] = d->kind == OK_DUMP ? h->opt[d->id] | v : v;
	if (h->sema_ready)
		dt_options_to_sema(h);
	if (h->consumer_open)
		dt_options_to_consumer(h);
	return NULL;
}

int dtrace_setopt(dtrace_hdl_t *h, const char *name, const char *value)
{
	int err = 0;
	const char *text = dt_option_set(h, name, value, &err);

	return text ? dt_fail(h, err, "%s", text) : 0;
}

int dtrace_getopt(dtrace_hdl_t *h, const char *name, int64_t *value)
{
	const struct optdef *d = find(name);

	if (!d || d->id < 0)
		return dt_fail(h, EDT_BADOPTNAME, NULL);
	*value = h->opt[d->id];
	return 0;
}

int dtrace_setopt_env(dtrace_hdl_t *h)
{
	static const char prefix[] = "DTRACE_OPT_";
	char name[64];

	if (getenv("DTRACE_DEBUG"))
		h->opt[OPT_DEBUG] = 1;
	for (char **e = environ; e && *e; e++) {
		const char *p = *e, *eq;
		size_t len;

		if (strncmp(p, prefix, sizeof(prefix) - 1))
			continue;
		p += sizeof(prefix) - 1;
		eq = strchr(p, '=');
		len = eq ? (size_t)(eq - p) : strlen(p);
		if (!len || len >= sizeof(name))
			continue;
		memcpy(name, p, len);
		name[len] = '\0';
		if (dtrace_setopt(h, name, eq ? eq + 1 : NULL))
			return dt_fail(h, h->err, "environment variable %.*s: %s",
				       (int)(sizeof(prefix) - 1 + len), *e, h->errtext);
	}
	return 0;
}

/* ------------------------------------------------------------------ handing on */

void dt_options_to_sema(dtrace_hdl_t *h)
{
	struct dt_sema *s = &h->sema;

	/* A pragma may set strsize after the type `string` was made: it is resized in place. */
	h->types.strsize = (uint32_t)h->opt[OPT_STRSIZE];
	if (h->types.t_string)
		((struct dt_type *)h->types.t_string)->size = (uint64_t)h->opt[OPT_STRSIZE];
	s->strsize = (uint32_t)h->opt[OPT_STRSIZE];
	s->scratchsize = (uint32_t)h->opt[OPT_SCRATCHSIZE];
	s->stackframes = (uint32_t)h->opt[OPT_STACKFRAMES];
	s->ustackframes = (uint32_t)h->opt[OPT_USTACKFRAMES];
	s->jstackframes = (uint32_t)h->opt[OPT_JSTACKFRAMES];
	s->version = h->opt[OPT_VERSION] > 0 ? h->opt[OPT_VERSION] : 0;
	s->destructive = dt_optbool(h, OPT_DESTRUCTIVE);
	s->zdefs = dt_optbool(h, OPT_ZDEFS);
	h->diags.errtags = dt_optbool(h, OPT_ERRTAGS);
	h->registry.cpu = h->opt[OPT_CPU] >= 0 ? (int)h->opt[OPT_CPU] : -1;
}

void dt_options_to_consumer(dtrace_hdl_t *h)
{
	h->consumer.opts = (struct dt_outopts){
		.quiet = dt_optbool(h, OPT_QUIET),
		.flowindent = dt_optbool(h, OPT_FLOWINDENT),
		.rawbytes = dt_optbool(h, OPT_RAWBYTES),
		.noresolve = dt_optbool(h, OPT_NORESOLVE),
		.droptags = dt_optbool(h, OPT_DROPTAGS),
		.aggpercpu = dt_optbool(h, OPT_AGGPERCPU),
		.aggsortrev = dt_optbool(h, OPT_AGGSORTREV),
		.aggsortkey = dt_optbool(h, OPT_AGGSORTKEY),
		.aggsortkeypos = (int)h->opt[OPT_AGGSORTKEYPOS],
		.aggsortpos = (int)h->opt[OPT_AGGSORTPOS],
		.stackindent = (int)h->opt[OPT_STACKINDENT],
		.testing = getenv("_DTRACE_TESTING") != NULL,
	};
}
