/* SPDX-License-Identifier: BSD-2-Clause */
/* -l: probes, one a line; with -v their stability and the types of their arguments (OUT-18). */
#include <errno.h>
#include <stdlib.h>
#include "cmd.h"

static int print_probe(dtrace_hdl_t *h, const dtrace_probedesc_t *pd, void *arg)
{
	struct app *app = arg;

	errno = 0;
	fprintf(app->out, "%5u %10s %17s %33s %s\n", pd->id, pd->prov, pd->mod, pd->func, pd->name);
	if (app->verbose && dtrace_probe_info(h, pd, app->out)) {
		complain_library(app, "failed to describe a probe");
		app->status = EXIT_ERROR;
	}
	if (ferror(app->out) && !app->write_errno)
		app->write_errno = errno;
	return ferror(app->out); /* nobody reads on: stop */
}

int list_probes(struct app *app)
{
	if (compile_all(app, DTRACE_C_ZDEFS))
		return EXIT_ERROR;
	fprintf(app->out, "%5s %10s %17s %33s %s\n", "ID", "PROVIDER", "MODULE", "FUNCTION",
		"NAME");
	if (!app->ncmds &&
	    dtrace_probe_iter(app->h, NULL, DTRACE_PROBESPEC_NAME, 0, NULL, print_probe, app) < 0) {
		complain_library(app, "failed to list probes");
		app->status = EXIT_ERROR;
	}
	for (int i = 0; i < app->ncmds; i++)
		if (dtrace_program_probes(app->h, app->cmds[i].prog, print_probe, app) < 0) {
			complain_library(app, NULL);
			app->status = EXIT_ERROR;
		}
	if (output_lost(app, app->out))
		app->status = EXIT_ERROR;
	return app->status;
}
