/* SPDX-License-Identifier: BSD-2-Clause */
/* Every provider, in order of the ids they give. A new provider is one file and one line here. */
#include "providers.h"

const struct dt_provider *const dt_providers[] = {
	&dt_prov_dtrace,
	&dt_prov_profile,
	&dt_prov_syscall,
	&dt_prov_proc,
	&dt_prov_io,
	&dt_prov_cpc,
	&dt_prov_sdt,
	&dt_prov_rawtp,
	&dt_prov_fbt,
	&dt_prov_rawfbt,
	&dt_prov_pid,
	&dt_prov_usdt,
	NULL,
};
