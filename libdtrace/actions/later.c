/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that are known but not built yet: their names are not free, and calling one says so.
 */
#include "actions/actions.h"

#define LATER(fn, k, f, result, arguments)                                                         \
	{                                                                                          \
		.name = fn, .kind = k, .flags = (f) | DT_FF_LATER, .ret = result, .sig = arguments \
	}
#define ACTION(fn, f, arguments)    LATER(fn, DT_FN_ACTION, f, "void", arguments)
#define VALUE(fn, result)           LATER(fn, DT_FN_ACTION, DT_FF_RECORD | DT_FF_VALUE, result, "p")
#define SUBR(fn, result, arguments) LATER(fn, DT_FN_SUBR, 0, result, arguments)

const struct dt_func dt_later_funcs[] = {
	/* records: stacks with names, symbols, whole objects (F-07..F-17) */
	LATER("jstack", DT_FN_ACTION, DT_FF_RECORD | DT_FF_VALUE, "stack", "[ee"),
	VALUE("sym", "_symaddr"),
	VALUE("func", "_symaddr"),
	VALUE("mod", "_symaddr"),
	VALUE("usym", "_usymaddr"),
	VALUE("ufunc", "_usymaddr"),
	VALUE("umod", "_usymaddr"),
	VALUE("uaddr", "_usymaddr"),
	ACTION("print", DT_FF_RECORD, "e"),
	ACTION("pcap", DT_FF_RECORD, "pi"),
	/* destructive (F-20..F-29) */
	ACTION("copyout", DT_FF_DESTRUCTIVE, "ppi"),
	ACTION("copyoutstr", DT_FF_DESTRUCTIVE, "spi"),
	ACTION("raise", DT_FF_DESTRUCTIVE, "i"),
	ACTION("stop", DT_FF_DESTRUCTIVE, ""),
	ACTION("system", DT_FF_RECORD | DT_FF_DESTRUCTIVE, "e*"),
	ACTION("freopen", DT_FF_RECORD | DT_FF_DESTRUCTIVE, "e*"),
	ACTION("ftruncate", DT_FF_RECORD, ""),
	ACTION("breakpoint", DT_FF_DESTRUCTIVE, ""),
	ACTION("panic", DT_FF_DESTRUCTIVE, ""),
	ACTION("chill", DT_FF_DESTRUCTIVE, "i"),
	/* options and speculation (F-36..F-40) */
	ACTION("setopt", DT_FF_RECORD, "s[s"),
	SUBR("speculation", "int", ""),
	ACTION("speculate", DT_FF_SPECULATE, "i"),
	ACTION("commit", DT_FF_COMMIT, "i"),
	ACTION("discard", 0, "i"),
	/* subroutines */
	SUBR("cleanpath", "string", "s"),
	SUBR("getmajor", "uint32_t", "i"),
	SUBR("getminor", "uint32_t", "i"),
	SUBR("inet_ntoa6", "string", "p[i"),
	SUBR("inet_ntop", "string", "ip"),
	SUBR("link_ntop", "string", "ip"),
	SUBR("strtok", "string", "ss"),
	SUBR("json", "string", "ss"),
	SUBR("progenyof", "int", "i"),
	SUBR("mutex_owned", "int", "p"),
	SUBR("mutex_owner", "void *", "p"),
	SUBR("mutex_type_adaptive", "int", "p"),
	SUBR("mutex_type_spin", "int", "p"),
	SUBR("rw_read_held", "int", "p"),
	SUBR("rw_write_held", "int", "p"),
	SUBR("rw_iswriter", "int", "p"),
	{.name = NULL},
};
