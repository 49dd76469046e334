/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program may read without asking a helper. The verifier knows the kernel's types: through a
 * pointer that it knows to be to a struct, members can be loaded by plain instructions, and a
 * pointer so loaded is known in turn. It looks at offset and size alone, and finds the member that
 * they fall on, as we do here; but of what kernels differ in (unions, whose first fitting member is
 * taken; tags on pointers; what lies behind the end) we say no, and the helper reads it.
 */
#include <bpf/btf.h>
#include "types/btf.h"

#define WALK_DEPTH 32

/* Through typedefs and qualifiers; *tagged if there is a tag among them. NULL: damaged. */
static const struct btf_type *strip(const struct btf *btf, uint32_t *id, bool *tagged)
{
	const struct btf_type *t = btf__type_by_id(btf, *id);

	for (int i = 0; t && i < WALK_DEPTH; i++) {
		switch (btf_kind(t)) {
		case BTF_KIND_TYPE_TAG: *tagged = true; break;
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT: break;
		default: return t;
		}
		*id = t->type;
		t = btf__type_by_id(btf, *id);
	}
	return NULL;
}

/* The struct that a pointer is to, 0 if it is to something else or says more than that. */
static uint32_t pointed_to(const struct btf *btf, const struct btf_type *ptr)
{
	uint32_t id = ptr->type;
	bool tagged = false;
	const struct btf_type *t = strip(btf, &id, &tagged);

	return t && !tagged && btf_kind(t) == BTF_KIND_STRUCT ? id : 0;
}

/* A number or a pointer of `have` bytes, of which `size` at `off` are read. */
static enum dt_walk leaf(const struct btf *btf, const struct btf_type *t, uint64_t have,
			 uint64_t off, unsigned size, uint32_t *to)
{
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: return off + size <= have ? DT_WALK_NUMBER : DT_WALK_NO;
	case BTF_KIND_PTR:
		if (off || size != have)
			return DT_WALK_NO;
		*to = pointed_to(btf, t);
		return *to ? DT_WALK_OBJECT : DT_WALK_ADDRESS;
	default: return DT_WALK_NO;
	}
}

/* The elements of an array, and of those of an array's; *off becomes the offset in one. */
static const struct btf_type *element(const struct btf *btf, const struct btf_type *t,
				      uint64_t *off, uint64_t *size)
{
	bool tagged = false;
	uint32_t id;

	for (int i = 0; t && btf_is_array(t) && i < WALK_DEPTH; i++) {
		id = btf_array(t)->type;
		t = strip(btf, &id, &tagged);
		*size = (uint64_t)btf__resolve_size(btf, id);
		if (!*size || (int64_t)*size < 0)
			return NULL;
		*off %= *size;
	}
	return t;
}

static enum dt_walk walk(const struct btf *btf, uint32_t id, uint64_t off, unsigned size,
			 uint32_t *to)
{
	const struct btf_type *t = btf__type_by_id(btf, id), *mt;

	for (int depth = 0; depth < WALK_DEPTH; depth++) {
		const struct btf_member *m = t ? btf_members(t) : NULL;
		uint32_t i, n = t ? btf_vlen(t) : 0;
		uint64_t at = 0, have = 0;
		bool tagged = false;

		if (!t || btf_kind(t) != BTF_KIND_STRUCT || off + size > t->size)
			return DT_WALK_NO;
		for (i = 0, mt = NULL; i < n; i++) {
			uint32_t bits = btf_member_bitfield_size(t, i), mid = m[i].type;
			uint32_t bit = btf_member_bit_offset(t, i);

			at = bit / 8;
			if (bits) {
				have = (bit + bits + 7) / 8;
				if (off <= at && have <= off + size)
					return DT_WALK_NUMBER;
				if (off < have && at < off + size)
					return DT_WALK_NO;
				continue;
			}
			mt = strip(btf, &mid, &tagged);
			have = mt ? (uint64_t)btf__resolve_size(btf, mid) : 0;
			if (!mt || (int64_t)have < 0 || bit % 8)
				return DT_WALK_NO;
			if (off >= at && off < at + have)
				break;
			if (off < at && at < off + size)
				return DT_WALK_NO;
		}
		if (i == n)
			return DT_WALK_NO;
		off -= at;
		if (off + size > have)
			return DT_WALK_NO;
		t = element(btf, mt, &off, &have);
		if (t && btf_is_composite(t) && t != mt)
			return DT_WALK_NO; /* some kernels don't follow typedefs there */
		if (t && !btf_is_composite(t))
			return leaf(btf, t, have, off, size, to);
	}
	return DT_WALK_NO;
}

enum dt_walk dt_types_walk(struct dt_types *ts, const struct dt_type *sou, int64_t off,
			   unsigned size, const struct dt_type **to)
{
	uint32_t id, pointee = 0;
	const struct btf *btf = dt_btf_raw(sou, &id);
	enum dt_walk w;

	if (!btf || off < 0)
		return DT_WALK_NO;
	w = walk(btf, id, (uint64_t)off, size, &pointee);
	if (w == DT_WALK_OBJECT)
		*to = dt_btf_import(ts, pointee);
	return w;
}

const struct dt_type *dt_types_passed(struct dt_types *ts, uint32_t func_id, unsigned n)
{
	const struct btf *btf = dt_btf_vmlinux(ts);
	const struct btf_type *t = btf ? btf__type_by_id(btf, func_id) : NULL;
	bool tagged = false;
	uint32_t id;

	if (!t || !btf_is_func(t))
		return NULL;
	t = btf__type_by_id(btf, t->type);
	if (!t || !btf_is_func_proto(t) || n > btf_vlen(t))
		return NULL;
	id = n < btf_vlen(t) ? btf_params(t)[n].type : t->type;
	t = strip(btf, &id, &tagged);
	id = t && !tagged && btf_is_ptr(t) ? pointed_to(btf, t) : 0;
	return id ? dt_btf_import(ts, id) : NULL;
}
