/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel types from BTF: the source behind dt_types_lookup(), for types/ only.
 *
 * Types are imported one at a time and remembered by (object, id), so that a type is imported once;
 * struct members wait until someone asks (dt_type.fill). BTF is not trusted: ids and offsets are
 * checked, links are counted, and what makes no sense becomes an incomplete or error type.
 */
#ifndef DT_TYPES_BTF_H
#define DT_TYPES_BTF_H

#include "types/types.h"

/* All open BTF on first use, and return NULL/false with ts->btf_err set if there is none.
 * module NULL: vmlinux, then (opts.modules) every module. */
const struct dt_type *dt_btf_lookup(struct dt_types *ts, const char *module,
				    enum dt_type_kind kind, const char *name);
const struct dt_type *dt_btf_symbol(struct dt_types *ts, const char *module, const char *name);
bool dt_btf_enumerator(struct dt_types *ts, const char *name, int64_t *value,
		       const struct dt_type **type);
void dt_btf_close(struct dt_btf *b); /* NULL is allowed */

/* vmlinux as it is in the file, for those who need what import leaves out; NULL: there is none. */
struct btf;
const struct btf *dt_btf_vmlinux(struct dt_types *ts);
/* The same, and where the struct is in it; NULL: it is not from there. */
const struct btf *dt_btf_raw(const struct dt_type *sou, uint32_t *id);
/* A type of vmlinux, which must be open. */
const struct dt_type *dt_btf_import(struct dt_types *ts, uint32_t id);

#endif
