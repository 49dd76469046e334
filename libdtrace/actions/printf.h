/* SPDX-License-Identifier: BSD-2-Clause */
/* What printf(), printa() and other functions with a format share. */
#ifndef DT_ACTIONS_PRINTF_H
#define DT_ACTIONS_PRINTF_H

#include "sema/sema.h"

struct dt_conv;
struct dt_format;

/* The format given by argument e of call; NULL after reporting. */
struct dt_format *dt_printf_format(struct dt_sema *s, const struct dt_expr *call,
				   const struct dt_expr *e, bool printa);
/* A conversion as it was written, for messages. */
const char *dt_conv_text(struct dt_sema *s, const struct dt_conv *cv);

#endif
