/* SPDX-License-Identifier: BSD-2-Clause */
/* The providers there are; table.c lists them. */
#ifndef DT_PROVIDERS_H
#define DT_PROVIDERS_H

#include "probe/provider.h"

extern const struct dt_provider dt_prov_cpc;
extern const struct dt_provider dt_prov_dtrace;
extern const struct dt_provider dt_prov_fbt;
extern const struct dt_provider dt_prov_io;
extern const struct dt_provider dt_prov_pid;
extern const struct dt_provider dt_prov_proc;
extern const struct dt_provider dt_prov_profile;
extern const struct dt_provider dt_prov_rawfbt;
extern const struct dt_provider dt_prov_rawtp;
extern const struct dt_provider dt_prov_sdt;
extern const struct dt_provider dt_prov_syscall;
extern const struct dt_provider dt_prov_usdt;

#endif
