/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The D type: one representation for types declared in D, imported from the kernel's BTF or
 * (later) from a process's CTF or DWARF.
 *
 * Types live in a compilation's arena and are immutable once complete, except that a forward
 * struct is completed in place. Base types and derived types (pointer, array, function) are
 * unique, so equal ones are pointer-equal; structs and enums are equal only to themselves;
 * use dt_type_same() where typedefs and qualifiers may be in the way. A qualified type is a
 * TY_TYPEDEF without a name, whose quals are those of the type it points `to`: look at kinds with
 * dt_type_kind() and dt_type_base(), never at t->kind of a type that came from a program.
 *
 * Data model LP64; plain char is signed.
 */
#ifndef DT_TYPES_TYPE_H
#define DT_TYPES_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/vec.h"

struct dt_types;

enum dt_type_kind {
	TY_VOID,
	TY_INT,	  /* every integer and _Bool; size, is_signed */
	TY_FLOAT, /* layout only: D has no floating arithmetic */
	TY_PTR,
	TY_ARRAY, /* C array, `count` elements; 0 elements = flexible */
	TY_STRUCT,
	TY_UNION,
	TY_ENUM,
	TY_FUNC,
	TY_TYPEDEF,
	TY_STRING, /* D string: size = strsize */
	TY_STACK,  /* value of stack()/ustack(); size = frames * 8 (+8 for the pid of a ustack) */
	TY_SYMADDR, /* value of sym() mod() func() */
	TY_USYMADDR,/* value of usym() umod() ufunc() uaddr() */
	TY_DYN,	   /* a translated object: looks like a `to`, has no size; to NULL: an aggregation */
	TY_ERROR,  /* poisoned: an error was already reported */
};

enum dt_qual { DT_Q_CONST = 1, DT_Q_VOLATILE = 2, DT_Q_RESTRICT = 4 };

struct dt_type;

struct dt_member {
	const char *name;	   /* interned; NULL = anonymous struct/union or padding */
	const struct dt_type *type;
	uint32_t bit_off;	   /* from the start of the struct */
	uint16_t bit_width;	   /* 0 = not a bit-field */
};

struct dt_enumerator {
	const char *name;
	int64_t value;
};

struct dt_type {
	enum dt_type_kind kind;
	bool is_signed;	 /* TY_INT, TY_ENUM */
	bool complete;	 /* false: forward struct/union/enum */
	bool userland;	 /* TY_PTR: points into user memory (typed system call arguments);
			  * TY_STACK: a ustack */
	uint8_t rank;	 /* TY_INT: 1 _Bool, 2 char, 3 short, 4 int, 5 long, 6 long long */
	uint8_t quals;	 /* enum dt_qual, of this type */
	uint64_t size;	 /* bytes; 0 for void, func, incomplete */
	uint32_t align;	 /* bytes */
	const char *name; /* tag, typedef name or base name; NULL = anonymous */
	const char *module; /* "vmlinux", a module, "D", ...; where it came from */
	const struct dt_type *to; /* TY_PTR, TY_ARRAY: element; TY_TYPEDEF: target; TY_FUNC: result; TY_DYN */
	uint32_t count;		  /* TY_ARRAY */
	bool varargs;		  /* TY_FUNC */
	DT_VEC(struct dt_member) members;	/* TY_STRUCT, TY_UNION; TY_FUNC: parameters */
	DT_VEC(struct dt_enumerator) enums;	/* TY_ENUM */
	/* Members of a BTF struct are imported when first asked for: see dt_type_members(). */
	void (*fill)(struct dt_types *ts, struct dt_type *t);
	uint64_t fill_id;
	void *fill_src;
};

/* The set of types of one compilation, and its sources. types/types.h has its operations. */
struct dt_types;

/* ---- shape (typedefs and qualifiers looked through) ---- */
const struct dt_type *dt_type_base(const struct dt_type *t); /* through typedefs */
static inline enum dt_type_kind dt_type_kind(const struct dt_type *t)
{
	return dt_type_base(t)->kind;
}
bool dt_type_is_int(const struct dt_type *t);	 /* TY_INT, TY_ENUM */
bool dt_type_is_arith(const struct dt_type *t);	 /* integers and floats */
bool dt_type_is_scalar(const struct dt_type *t); /* integers, floats, pointers, functions' names no */
bool dt_type_is_ptr(const struct dt_type *t);
bool dt_type_is_string(const struct dt_type *t); /* TY_STRING only */
bool dt_type_is_char_ptr(const struct dt_type *t); /* pointer to or array of 1-byte integers */
bool dt_type_is_sou(const struct dt_type *t);	 /* struct or union */
bool dt_type_is_signed(const struct dt_type *t);
bool dt_type_same(const struct dt_type *a, const struct dt_type *b);

/* C spelling, as error messages and -lv print it: "struct task_struct *", "char [16]". */
const char *dt_type_str(struct dt_arena *a, const struct dt_type *t);

#endif
