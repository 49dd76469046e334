/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel types from BTF. See btf.h for the rules.
 *
 * vmlinux's BTF is one object; a module's is another whose ids continue where vmlinux's end and
 * whose types refer to both. Names are searched by a scan (about a millisecond for a whole kernel)
 * and the answers, negative ones too, remembered. Modules are opened only when vmlinux does not
 * have the name.
 */
#include "types/btf.h"

#include <bpf/btf.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BTF_DIR      "/sys/kernel/btf"
#define IMPORT_DEPTH 128
#define FEW_SCANS    16

struct btf_obj {
	struct btf *btf;
	const char *module;
	uint32_t first, end;    /* its own ids: [first, end) */
	struct dt_type **cache; /* by id - first; NULL = not imported yet */
	struct dt_btf *set;
	struct dt_map *funcs; /* functions by name, once many were asked for */
	unsigned asked;
};

struct dt_btf {
	struct dt_map *names;     /* "kind module`name" to answer; &none = searched in vain */
	struct dt_map *by_module; /* module name to struct btf_obj; &no_obj = has none */
	bool modules_open;
	DT_VEC(struct btf_obj *) objs; /* v[0] is vmlinux */
};

static struct dt_type none;
static struct btf_obj no_obj;

static const struct dt_type *import(struct dt_types *ts, struct btf_obj *o, uint32_t id, int depth);

/* ------------------------------------------------------------------ objects */

static struct btf_obj *add_obj(struct dt_types *ts, struct btf *btf, const char *module,
			       uint32_t first)
{
	struct btf_obj *o = DT_NEW(ts->arena, struct btf_obj);

	o->btf = btf;
	o->module = dt_intern(ts->arena, module);
	o->first = first;
	o->end = btf__type_cnt(btf);
	o->set = ts->btf;
	/* calloc: pages that are never touched cost nothing */
	o->cache = calloc(o->end > first ? o->end - first : 1, sizeof(*o->cache));
	if (!o->cache) {
		btf__free(btf);
		return NULL;
	}
	dt_vec_push(ts->arena, &ts->btf->objs, o);
	dt_map_sets(ts->btf->by_module, module, o);
	return o;
}

static bool open_vmlinux(struct dt_types *ts)
{
	struct btf *btf;

	if (ts->btf)
		return true;
	if (ts->btf_err)
		return false;
	btf = btf__parse_raw(ts->btf_opts.vmlinux ? ts->btf_opts.vmlinux : BTF_DIR "/vmlinux");
	if (!btf) {
		ts->btf_err = errno ? -errno : -EINVAL;
		return false;
	}
	ts->btf = DT_NEW(ts->arena, struct dt_btf);
	ts->btf->names = dt_map_new(ts->arena);
	ts->btf->by_module = dt_map_new(ts->arena);
	if (!add_obj(ts, btf, "vmlinux", 0)) {
		ts->btf = NULL;
		ts->btf_err = -ENOMEM;
		return false;
	}
	return true;
}

static struct btf_obj *open_module(struct dt_types *ts, const char *module)
{
	struct btf_obj *o = dt_map_gets(ts->btf->by_module, module), *base = ts->btf->objs.v[0];
	char path[PATH_MAX];
	struct btf *btf = NULL;

	if (o)
		return o == &no_obj ? NULL : o;
	if (ts->btf_opts.modules && !strchr(module, '/') && *module != '.' &&
	    snprintf(path, sizeof(path), BTF_DIR "/%s", module) < (int)sizeof(path) &&
	    access(path, R_OK) == 0)
		btf = btf__parse_raw_split(path, base->btf);
	if (btf)
		o = add_obj(ts, btf, module, base->end);
	if (!o)
		dt_map_sets(ts->btf->by_module, module, &no_obj);
	return o;
}

static void open_modules(struct dt_types *ts)
{
	struct dirent *e;
	DIR *d;

	if (ts->btf->modules_open || !ts->btf_opts.modules)
		return;
	ts->btf->modules_open = true;
	d = opendir(BTF_DIR);
	if (!d)
		return;
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			open_module(ts, e->d_name); /* "vmlinux" is there already */
	closedir(d);
}

void dt_btf_close(struct dt_btf *b)
{
	if (!b)
		return;
	/* split objects refer to vmlinux: it goes last */
	for (uint32_t i = b->objs.n; i-- > 0;) {
		btf__free(b->objs.v[i]->btf);
		free(b->objs.v[i]->cache);
	}
}

/* ------------------------------------------------------------------ import */

static const char *str(const struct btf_obj *o, uint32_t off)
{
	const char *s = btf__str_by_offset(o->btf, off);

	return s ? s : "";
}

static struct dt_type *shell(struct dt_types *ts, struct btf_obj *o, enum dt_type_kind kind,
			     const char *name, uint64_t size)
{
	struct dt_type *t = DT_NEW(ts->arena, struct dt_type);

	t->kind = kind;
	t->name = *name ? dt_intern(ts->arena, name) : NULL;
	t->module = o->module;
	t->size = size;
	t->align = size % 8 == 0 ? 8 : size % 4 == 0 ? 4 : size % 2 == 0 ? 2 : 1;
	t->complete = true;
	return t;
}

/* Integers become D's own, so that "int" is one type wherever it comes from. The compiler's
 * spelling tells long from long long. */
static const struct dt_type *import_int(struct dt_types *ts, struct btf_obj *o,
					const struct btf_type *bt)
{
	bool is_signed = btf_int_encoding(bt) & BTF_INT_SIGNED;
	const char *name = str(o, bt->name_off);

	if (btf_int_encoding(bt) & BTF_INT_BOOL)
		return bt->size == 1 ? ts->t_bool : ts->t_uchar;
	switch (bt->size) {
	case 1:
		if (!strcmp(name, "char"))
			return ts->t_char;
		return is_signed ? ts->t_schar : ts->t_uchar;
	case 2: return is_signed ? ts->t_short : ts->t_ushort;
	case 4: return is_signed ? ts->t_int : ts->t_uint;
	case 8:
		if (strstr(name, "long long"))
			return is_signed ? ts->t_llong : ts->t_ullong;
		return is_signed ? ts->t_long : ts->t_ulong;
	case 16: return dt_type_array(ts, ts->t_ulong, 2); /* __int128: layout only */
	default: return ts->t_error;
	}
}

static void fill_struct(struct dt_types *ts, struct dt_type *t)
{
	struct btf_obj *o = t->fill_src;
	const struct btf_type *bt = btf__type_by_id(o->btf, (uint32_t)t->fill_id), *mt;
	const struct btf_member *bm = btf_members(bt);

	for (uint32_t i = 0; i < btf_vlen(bt); i++) {
		const char *name = str(o, bm[i].name_off);
		struct dt_member m = {
			.name = *name ? dt_intern(ts->arena, name) : NULL,
			.bit_off = btf_member_bit_offset(bt, i),
			.bit_width = (uint16_t)btf_member_bitfield_size(bt, i),
		};

		/* before kind_flag, the width of a bit-field was in its integer's type */
		mt = btf__type_by_id(o->btf, bm[i].type);
		if (!btf_kflag(bt) && mt && btf_is_int(mt) && btf_int_bits(mt) != mt->size * 8) {
			m.bit_width = btf_int_bits(mt);
			m.bit_off += btf_int_offset(mt);
		}
		m.type = import(ts, o, bm[i].type, 0);
		if (m.bit_off > t->size * 8 || m.bit_width > 64 || m.bit_width > m.type->size * 8)
			continue; /* damaged */
		dt_vec_push(ts->arena, &t->members, m);
	}
}

static const struct dt_type *import_sou(struct dt_types *ts, struct btf_obj *o, uint32_t id,
					const struct btf_type *bt)
{
	struct dt_type *t = shell(ts, o, btf_is_union(bt) ? TY_UNION : TY_STRUCT,
				  str(o, bt->name_off), bt->size);

	t->fill = fill_struct;
	t->fill_id = id;
	t->fill_src = o;
	return t;
}

static const struct dt_type *import_enum(struct dt_types *ts, struct btf_obj *o,
					 const struct btf_type *bt)
{
	struct dt_type *t = shell(ts, o, TY_ENUM, str(o, bt->name_off), bt->size);
	bool neg = false;

	for (uint32_t i = 0; i < btf_vlen(bt); i++) {
		struct dt_enumerator e;

		if (btf_is_enum64(bt)) {
			const struct btf_enum64 *be = btf_enum64(bt) + i;

			e.name = dt_intern(ts->arena, str(o, be->name_off));
			e.value = (int64_t)btf_enum64_value(be);
		} else {
			const struct btf_enum *be = btf_enum(bt) + i;

			e.name = dt_intern(ts->arena, str(o, be->name_off));
			e.value = be->val;
		}
		neg |= e.value < 0;
		dt_vec_push(ts->arena, &t->enums, e);
	}
	/* older pahole does not say: unsigned only where it is said */
	t->is_signed = btf_is_enum64(bt) ? btf_kflag(bt) || neg : true;
	return t;
}

static const struct dt_type *import_func(struct dt_types *ts, struct btf_obj *o,
					 const struct btf_type *bt, int depth)
{
	const struct btf_param *bp = btf_params(bt);
	const struct dt_type *result = import(ts, o, bt->type, depth + 1);
	uint32_t n = btf_vlen(bt);
	struct dt_member *params = DT_NEW_N(ts->arena, struct dt_member, n + 1);
	bool varargs = n > 0 && bp[n - 1].type == 0;

	if (varargs)
		n--;
	for (uint32_t i = 0; i < n; i++) {
		const char *name = str(o, bp[i].name_off);

		params[i].name = *name ? dt_intern(ts->arena, name) : NULL;
		params[i].type = import(ts, o, bp[i].type, depth + 1);
	}
	return dt_type_func(ts, result, params, n, varargs);
}

static const struct dt_type *import_typedef(struct dt_types *ts, struct btf_obj *o,
					    const struct btf_type *bt, int depth)
{
	const struct dt_type *to = import(ts, o, bt->type, depth + 1);
	const char *name = str(o, bt->name_off);
	struct dt_type *t;

	if (to->kind == TY_ERROR || !*name)
		return to;
	t = shell(ts, o, TY_TYPEDEF, name, to->size);
	t->to = to;
	t->align = to->align;
	t->is_signed = to->is_signed;
	return t;
}

/* A pointer: __user marks what it points into. */
static const struct dt_type *import_ptr(struct dt_types *ts, struct btf_obj *o,
					const struct btf_type *bt, int depth)
{
	const struct btf_type *to = btf__type_by_id(o->btf, bt->type);
	const struct dt_type *t = import(ts, o, bt->type, depth + 1);

	if (t->kind == TY_ERROR)
		t = ts->t_void;
	if (bt->type && to && btf_kind(to) == BTF_KIND_TYPE_TAG &&
	    !strcmp(str(o, to->name_off), "user"))
		return dt_type_uptr(ts, t);
	return dt_type_ptr(ts, t);
}

static const struct dt_type *import_new(struct dt_types *ts, struct btf_obj *o, uint32_t id,
					int depth)
{
	const struct btf_type *bt = btf__type_by_id(o->btf, id);
	struct dt_type *t;

	if (!bt)
		return ts->t_error;
	switch (btf_kind(bt)) {
	case BTF_KIND_INT: return import_int(ts, o, bt);
	case BTF_KIND_FLOAT:
		return bt->size == 4 ? ts->t_float : bt->size == 8 ? ts->t_double : ts->t_ldouble;
	case BTF_KIND_PTR: return import_ptr(ts, o, bt, depth);
	case BTF_KIND_ARRAY:
		return dt_type_array(ts, import(ts, o, btf_array(bt)->type, depth + 1),
				     btf_array(bt)->nelems);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION: return import_sou(ts, o, id, bt);
	case BTF_KIND_FWD:
		t = shell(ts, o, btf_kflag(bt) ? TY_UNION : TY_STRUCT, str(o, bt->name_off), 0);
		t->complete = false;
		return t;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: return import_enum(ts, o, bt);
	case BTF_KIND_TYPEDEF: return import_typedef(ts, o, bt, depth);
	case BTF_KIND_CONST:
		return dt_type_qual(ts, import(ts, o, bt->type, depth + 1), DT_Q_CONST);
	case BTF_KIND_VOLATILE:
		return dt_type_qual(ts, import(ts, o, bt->type, depth + 1), DT_Q_VOLATILE);
	case BTF_KIND_RESTRICT:
		return dt_type_qual(ts, import(ts, o, bt->type, depth + 1), DT_Q_RESTRICT);
	case BTF_KIND_FUNC_PROTO: return import_func(ts, o, bt, depth);
	case BTF_KIND_FUNC:
	case BTF_KIND_VAR:
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_DECL_TAG: return import(ts, o, bt->type, depth + 1);
	default: return ts->t_error;
	}
}

static const struct dt_type *import(struct dt_types *ts, struct btf_obj *o, uint32_t id, int depth)
{
	const struct dt_type *t;
	struct dt_type **slot;

	if (id == 0)
		return ts->t_void;
	if (id < o->first)
		o = o->set->objs.v[0];
	if (id < o->first || id >= o->end || depth > IMPORT_DEPTH)
		return ts->t_error;
	slot = &o->cache[id - o->first];
	if (*slot)
		return *slot;
	/* While it is being imported it is an error: only damaged BTF gets here again. */
	*slot = (struct dt_type *)(uintptr_t)ts->t_error;
	t = import_new(ts, o, id, depth);
	*slot = (struct dt_type *)(uintptr_t)t;
	return t;
}

/* ------------------------------------------------------------------ names */

#define KIND_BIT(k) (1u << (k))

static unsigned kinds_of(enum dt_type_kind kind)
{
	switch (kind) {
	case TY_STRUCT: return KIND_BIT(BTF_KIND_STRUCT);
	case TY_UNION: return KIND_BIT(BTF_KIND_UNION);
	case TY_ENUM: return KIND_BIT(BTF_KIND_ENUM) | KIND_BIT(BTF_KIND_ENUM64);
	case TY_TYPEDEF:
		return KIND_BIT(BTF_KIND_TYPEDEF) | KIND_BIT(BTF_KIND_INT) |
		       KIND_BIT(BTF_KIND_FLOAT);
	case TY_FUNC: return KIND_BIT(BTF_KIND_FUNC) | KIND_BIT(BTF_KIND_VAR); /* symbols */
	default: return 0;
	}
}

/* The id of the first own type of `o` with one of `kinds` and that name; 0 = none. */
static uint32_t scan(const struct btf_obj *o, unsigned kinds, const char *name)
{
	for (uint32_t id = o->first ? o->first : 1; id < o->end; id++) {
		const struct btf_type *bt = btf__type_by_id(o->btf, id);

		if (bt && (KIND_BIT(btf_kind(bt)) & kinds) && bt->name_off &&
		    !strcmp(str(o, bt->name_off), name))
			return id;
	}
	return 0;
}

static const struct dt_type *scan_import(struct dt_types *ts, struct btf_obj *o, unsigned kinds,
					 const char *name)
{
	uint32_t id = o ? scan(o, kinds, name) : 0;
	const struct dt_type *t = id ? import(ts, o, id, 0) : NULL;

	return t && t->kind != TY_ERROR ? t : NULL;
}

static const struct dt_type *search(struct dt_types *ts, const char *module, unsigned kinds,
				    const char *name)
{
	struct dt_btf *b = ts->btf;
	const struct dt_type *t = NULL;

	if (module && strcmp(module, "vmlinux") && strcmp(module, "kernel")) {
		struct btf_obj *o = open_module(ts, module);

		if (!o)
			return NULL;
		t = scan_import(ts, o, kinds, name);
	}
	if (!t)
		t = scan_import(ts, b->objs.v[0], kinds, name);
	if (t || module)
		return t;
	open_modules(ts);
	for (uint32_t i = 1; !t && i < b->objs.n; i++)
		t = scan_import(ts, b->objs.v[i], kinds, name);
	return t;
}

const struct dt_type *dt_btf_lookup(struct dt_types *ts, const char *module, enum dt_type_kind kind,
				    const char *name)
{
	const struct dt_type *t;
	const char *key;

	if (!*name || !kinds_of(kind) || !open_vmlinux(ts))
		return NULL;
	key = dt_asprintf(ts->arena, "%d %s`%s", kind, module ? module : "", name);
	t = dt_map_gets(ts->btf->names, key);
	if (!t) {
		t = search(ts, module, kinds_of(kind), name);
		dt_map_sets(ts->btf->names, key, (void *)(uintptr_t)(t ? t : &none));
	}
	return t == &none ? NULL : t;
}

const struct dt_type *dt_btf_symbol(struct dt_types *ts, const char *module, const char *name)
{
	return dt_btf_lookup(ts, module, TY_FUNC, name);
}

static const struct dt_type *scan_enums(struct dt_types *ts, struct btf_obj *o, const char *name)
{
	for (uint32_t id = o->first ? o->first : 1; id < o->end; id++) {
		const struct btf_type *bt = btf__type_by_id(o->btf, id);
		bool found = false;

		if (!bt || !btf_is_any_enum(bt))
			continue;
		for (uint32_t i = 0; i < btf_vlen(bt) && !found; i++)
			found = !strcmp(str(o, btf_is_enum64(bt) ? btf_enum64(bt)[i].name_off
								 : btf_enum(bt)[i].name_off),
					name);
		if (found)
			return import(ts, o, id, 0);
	}
	return NULL;
}

bool dt_btf_enumerator(struct dt_types *ts, const char *name, int64_t *value,
		       const struct dt_type **type)
{
	const struct dt_type *t;
	const char *key;

	if (!open_vmlinux(ts))
		return false;
	key = dt_asprintf(ts->arena, "e`%s", name);
	t = dt_map_gets(ts->btf->names, key);
	if (!t) {
		t = scan_enums(ts, ts->btf->objs.v[0], name);
		dt_map_sets(ts->btf->names, key, (void *)(uintptr_t)(t ? t : &none));
	}
	if (t == &none || !t)
		return false;
	for (uint32_t i = 0; i < t->enums.n; i++)
		if (!strcmp(t->enums.v[i].name, name)) {
			*value = t->enums.v[i].value;
			*type = t;
			return true;
		}
	return false;
}

const struct btf *dt_btf_raw(const struct dt_type *sou, uint32_t *id)
{
	const struct btf_obj *o = sou->fill_src;

	if (!o || o != o->set->objs.v[0])
		return NULL;
	*id = (uint32_t)sou->fill_id;
	return o->btf;
}

const struct btf *dt_btf_vmlinux(struct dt_types *ts)
{
	return open_vmlinux(ts) ? ts->btf->objs.v[0]->btf : NULL;
}

const struct dt_type *dt_btf_import(struct dt_types *ts, uint32_t id)
{
	return import(ts, ts->btf->objs.v[0], id, 0);
}

/* ------------------------------------------------------------------ functions */

static struct btf_obj *obj_of(struct dt_types *ts, const char *module)
{
	if (!open_vmlinux(ts))
		return NULL;
	if (!module || !strcmp(module, "vmlinux"))
		return ts->btf->objs.v[0];
	return open_module(ts, module);
}

static const struct btf_type *func_at(const struct btf_obj *o, uint32_t id)
{
	const struct btf_type *bt =
		o && id && id >= o->first && id < o->end ? btf__type_by_id(o->btf, id) : NULL;

	return bt && btf_kind(bt) == BTF_KIND_FUNC ? bt : NULL;
}

static void note_func(void *arg, const char *name, uint32_t id)
{
	struct btf_obj *o = arg;

	if (!dt_map_gets(o->funcs, name))
		dt_map_sets(o->funcs, name, (void *)(uintptr_t)id);
}

/* A scan for each of the first few, then a map of all. */
uint32_t dt_types_func_id(struct dt_types *ts, const char *module, const char *name)
{
	struct btf_obj *o = obj_of(ts, module);

	if (!o)
		return 0;
	if (o->asked++ < FEW_SCANS)
		return scan(o, KIND_BIT(BTF_KIND_FUNC), name);
	if (!o->funcs) {
		o->funcs = dt_map_new(ts->arena);
		dt_types_each_func(ts, module, note_func, o);
	}
	return (uint32_t)(uintptr_t)dt_map_gets(o->funcs, name);
}

const char *dt_types_func_name(struct dt_types *ts, const char *module, uint32_t id)
{
	struct btf_obj *o = obj_of(ts, module);
	const struct btf_type *bt = func_at(o, id);

	return bt ? str(o, bt->name_off) : NULL;
}

const struct dt_type *dt_types_func(struct dt_types *ts, const char *module, uint32_t id)
{
	struct btf_obj *o = obj_of(ts, module);
	const struct dt_type *t = func_at(o, id) ? import(ts, o, id, 0) : NULL;

	return t && t->kind == TY_FUNC ? t : NULL;
}

bool dt_types_each_func(struct dt_types *ts, const char *module,
			void (*cb)(void *arg, const char *name, uint32_t id), void *arg)
{
	struct btf_obj *o = obj_of(ts, module);

	for (uint32_t id = o && o->first ? o->first : 1; o && id < o->end; id++) {
		const struct btf_type *bt = func_at(o, id);

		if (bt)
			cb(arg, str(o, bt->name_off), id);
	}
	return o != NULL;
}
