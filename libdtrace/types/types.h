/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The types of one compilation: the base types, constructors, the names declared in D, and
 * the kernel's types, which are looked up by name in BTF on demand (nothing is opened until
 * the first name that D itself does not know).
 *
 * Requires: an arena that outlives it. Owns: its BTF handles (dt_types_fini closes them).
 */
#ifndef DT_TYPES_TYPES_H
#define DT_TYPES_TYPES_H

#include "types/type.h"

/* Where kernel types come from; replaced by a blob in the front-end tests. */
struct dt_btf_opts {
	const char *vmlinux; /* path of a raw BTF file; NULL = /sys/kernel/btf/vmlinux */
	bool modules;	     /* also look into /sys/kernel/btf/MODULE */
};

struct dt_types {
	struct dt_arena *arena;
	uint32_t strsize;
	const struct dt_type *t_void, *t_char, *t_schar, *t_uchar, *t_short, *t_ushort, *t_int, *t_uint,
		*t_long, *t_ulong, *t_llong, *t_ullong, *t_bool, *t_float, *t_double, *t_ldouble;
	const struct dt_type *t_string, *t_stack, *t_ustack, *t_symaddr, *t_usymaddr, *t_dyn, *t_error;
	const struct dt_type *t_int8, *t_int16, *t_int32, *t_int64, *t_uint8, *t_uint16, *t_uint32,
		*t_uint64, *t_size, *t_uintptr, *t_pid, *t_id, *t_uid, *t_void_ptr, *t_char_ptr;
	struct dt_map *typedefs, *tags, *derived; /* declared in D: see types.c */
	struct dt_btf_opts btf_opts;
	struct dt_btf *btf;	   /* NULL until needed */
	int btf_err;		   /* negative errno if opening failed once */
	/* Asked for a name that D does not know, before BTF is: true if it does now. Or NULL. */
	bool (*resolve)(void *ctx, const char *name);
	void *resolve_ctx;
};

/* Sets up the base types and D's built-in typedefs. Cheap: opens nothing. */
void dt_types_init(struct dt_types *ts, struct dt_arena *a, uint32_t strsize,
		   const struct dt_btf_opts *opts);
void dt_types_fini(struct dt_types *ts);

/* ---- constructors: equal arguments give the same pointer ---- */
const struct dt_type *dt_type_ptr(struct dt_types *ts, const struct dt_type *to);
const struct dt_type *dt_type_uptr(struct dt_types *ts, const struct dt_type *to); /* userland */
const struct dt_type *dt_type_array(struct dt_types *ts, const struct dt_type *of, uint32_t count);
const struct dt_type *dt_type_qual(struct dt_types *ts, const struct dt_type *t, unsigned quals);
const struct dt_type *dt_type_func(struct dt_types *ts, const struct dt_type *result,
				   const struct dt_member *params, uint32_t n, bool varargs);
/* A string or stack type of another size than the default. */
const struct dt_type *dt_type_string_n(struct dt_types *ts, uint32_t size);
const struct dt_type *dt_type_stack_n(struct dt_types *ts, uint32_t frames, bool user);
/* What xlate <`as`> gives: an object that consists of its members only. */
const struct dt_type *dt_type_dyn(struct dt_types *ts, const struct dt_type *as);

/* ---- names ----
 * kind is TY_STRUCT, TY_UNION, TY_ENUM (name is a tag) or TY_TYPEDEF (name is a plain type
 * name, "int" and "task_t" alike). module NULL: D's own first, then vmlinux, then modules.
 * NULL: no such type. If the kernel has no BTF, ts->btf_err says so.
 */
const struct dt_type *dt_types_lookup(struct dt_types *ts, const char *module,
				      enum dt_type_kind kind, const char *name);
/* Declares in D. False if the name already means something different. */
bool dt_types_declare(struct dt_types *ts, enum dt_type_kind kind, const char *name,
		      const struct dt_type *t);
/* A new forward struct/union/enum; complete it with dt_type_complete. */
struct dt_type *dt_type_new_tagged(struct dt_types *ts, enum dt_type_kind kind, const char *name);
/* Lays out members already pushed (offsets, size, alignment, bit-fields) and marks it complete. */
void dt_type_complete(struct dt_types *ts, struct dt_type *t);
/* An enumerator of a D or (searched only if D has none) kernel enum. */
bool dt_types_enumerator(struct dt_types *ts, const char *name, int64_t *value,
			 const struct dt_type **type);

/* Likewise among D's own only: opens nothing. */
bool dt_types_own_enumerator(struct dt_types *ts, const char *name, int64_t *value,
			     const struct dt_type **type);

/* Imports members if that is still to do, and completes a forward struct by its name. */
const struct dt_type *dt_type_fill(struct dt_types *ts, const struct dt_type *t);
/* Finds a member, anonymous structs searched; bit_off accumulates. False: no such member. */
bool dt_type_member(struct dt_types *ts, const struct dt_type *sou, const char *name,
		    struct dt_member *out);

/* The type of a kernel variable or function by name, from BTF; NULL if unknown. */
const struct dt_type *dt_types_symbol(struct dt_types *ts, const char *module, const char *name);

/* ---- functions of the kernel, by number ----
 * The number of a function in the BTF of its module (NULL: the kernel itself); 0: not there. A name
 * that several functions have has one number: they have the same prototype. */
uint32_t dt_types_func_id(struct dt_types *ts, const char *module, const char *name);
/* Its name, or NULL if that is not a function's number; its prototype, TY_FUNC, or NULL. */
const char *dt_types_func_name(struct dt_types *ts, const char *module, uint32_t id);
const struct dt_type *dt_types_func(struct dt_types *ts, const char *module, uint32_t id);
/* All functions, in order of their numbers. False: the kernel has no BTF. */
bool dt_types_each_func(struct dt_types *ts, const char *module,
			void (*cb)(void *arg, const char *name, uint32_t id), void *arg);

/* ---- what the verifier knows (walk.c) ---- */
enum dt_walk { DT_WALK_NO, DT_WALK_NUMBER, DT_WALK_ADDRESS, DT_WALK_OBJECT };
/* May a program load `size` bytes at `off` in the struct, through a pointer to it that the verifier
 * knows, and are they a number, a pointer, or one that the verifier knows to be to the struct *to? `sou` may be any struct; vmlinux's can be
 * known. */
enum dt_walk dt_types_walk(struct dt_types *ts, const struct dt_type *sou, int64_t off,
			   unsigned size, const struct dt_type **to);
/* The struct that the n-th parameter of a function of vmlinux points to, or its result if it has but n;
 * NULL: that is no such pointer. */
const struct dt_type *dt_types_passed(struct dt_types *ts, uint32_t func_id, unsigned n);

/* ---- C's integer rules (conv.c) ---- */
const struct dt_type *dt_conv_promote(struct dt_types *ts, const struct dt_type *t);
/* Usual arithmetic conversions of two integer types. */
const struct dt_type *dt_conv_arith(struct dt_types *ts, const struct dt_type *a,
				    const struct dt_type *b);
/* `v` as a value of integer type t: truncated, then sign- or zero-extended to 64 bits. */
int64_t dt_conv_value(const struct dt_type *t, int64_t v);

#endif
