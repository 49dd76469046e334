/* SPDX-License-Identifier: BSD-2-Clause */
/* The providers there are; table.c lists them. */
#ifndef DT_PROVIDERS_H
#define DT_PROVIDERS_H

#include "probe/provider.h"

extern const struct dt_provider dt_prov_dtrace, dt_prov_profile, dt_prov_syscall, dt_prov_sdt,
	dt_prov_rawtp;
extern const struct dt_provider dt_prov_pid, dt_prov_usdt;

#endif
