/* SPDX-License-Identifier: BSD-2-Clause */
/* The providers there are; table.c lists them. Stability levels and classes by name. */
#ifndef DT_PROVIDERS_H
#define DT_PROVIDERS_H

#include "probe/provider.h"

/* Spec section 10, low to high. */
enum dt_stab_level {
	STB_INTERNAL, STB_PRIVATE, STB_OBSOLETE, STB_EXTERNAL, STB_UNSTABLE, STB_EVOLVING, STB_STABLE,
	STB_STANDARD
};
enum dt_stab_class { CLS_UNKNOWN, CLS_CPU, CLS_PLATFORM, CLS_GROUP, CLS_ISA, CLS_COMMON };

extern const struct dt_provider dt_prov_dtrace, dt_prov_profile, dt_prov_syscall;

#endif
