/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of D's functions, declared low in sema/func.h: the one place that knows them all.
 */
#include <string.h>
#include "actions/actions.h"

const struct dt_func *const dt_funcs[] = {
#define DT_FUNC(x) &dt_fn_##x,
#include "actions/funcs.def"
#undef DT_FUNC
	NULL,
};

const struct dt_func *dt_func_find(const char *name)
{
	for (const struct dt_func *const *f = dt_funcs; *f; f++)
		if (!strcmp((*f)->name, name))
			return *f;
	for (const struct dt_func *f = dt_later_funcs; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}
