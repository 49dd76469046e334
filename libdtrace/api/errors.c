/* SPDX-License-Identifier: BSD-2-Clause */
/* The handle's error: a number, and what was detected where it happened. */
#include <errno.h>
#include "api/internal.h"

static const struct {
	int err;
	const char *text;
} texts[] = {
	{EDT_VERSION, "Client requested version newer than library"},
	{EDT_BADOPTNAME, "Invalid option name"},
	{EDT_BADOPTVAL, "Invalid value for specified option"},
	{EDT_OPTCTX, "Option cannot be used from within a D program"},
	{EDT_NOPROBE, "No probe matches description"},
	{EDT_COMPILER, "Compilation failed"},
	{EDT_ACTIVE, "Operation illegal when tracing is active"},
	{EDT_DESTRUCTIVE, "Destructive actions not allowed"},
	{EDT_NOREG, "Insufficient registers to generate code"},
	{EDT_ENABLING, "Cannot enable probes"},
	{EDT_CPPERR, "The preprocessor failed"},
	{EDT_ACCESS, "Tracing needs root, or the capabilities CAP_BPF and CAP_PERFMON"},
	{EDT_PROC, "Process control failed"},
	{EDT_BPF, "The kernel refused the program"},
	{EDT_OUTPUT, "Writing the output failed"},
};

int dt_fail(dtrace_hdl_t *h, int err, const char *fmt, ...)
{
	va_list ap;

	h->err = err;
	h->errtext = NULL;
	if (fmt) {
		va_start(ap, fmt);
		h->errtext = dt_vasprintf(h->arena, fmt, ap);
		va_end(ap);
	}
	return -1;
}

void dt_debug(const dtrace_hdl_t *h, const char *fmt, ...)
{
	va_list ap;

	if (h->opt[OPT_DEBUG] != 1)
		return;
	fprintf(stderr, "libdtrace DEBUG %.3f ms: ", (double)(dt_now() - h->opened) / 1e6);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

int dt_fail_errno(dtrace_hdl_t *h, int rc, const char *text)
{
	if (text && *text)
		return dt_fail(h, -rc, "%s", text);
	return dt_fail(h, -rc, NULL);
}

int dtrace_errno(const dtrace_hdl_t *h)
{
	return h->err;
}

const char *dtrace_errmsg(dtrace_hdl_t *h, int err)
{
	if (h && h->errtext && err == h->err)
		return h->errtext;
	if (h && err == EDT_COMPILER && h->diags.list.n)
		return dt_diag_message(&h->diags, h->diags.list.v[0]);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].err == err)
			return texts[i].text;
	return err > 0 && err < EDT_BASE ? strerror(err) : "Unknown error";
}

void dtrace_diagnostics(dtrace_hdl_t *h, FILE *out)
{
	dt_diags_render(&h->diags, out);
	if (!h->diags.list.n && h->err)
		fprintf(out, "dtrace: %s\n", dtrace_errmsg(h, h->err));
}
