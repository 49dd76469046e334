/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loading a linked program. The first try is without a log, which is faster; if the kernel refuses,
 * it is asked again why, and the answer goes to the D line the refused instruction was made from.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "bpf/btf_info.h"
#include "bpf/kernel.h"

#define LOG_FIRST (64u << 10)
#define LOG_MAX   (16u << 20) /* what every kernel takes, less one */

struct attempt {
	struct dt_kernel *k;
	struct ir_func *fn;
	struct dt_insn *insns;
	struct dt_attr_prog_load attr;
	char *log;
	uint32_t log_size;
};

static uint64_t ptr(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

/* A copy of the image with the maps' file descriptors in. */
static struct dt_insn *patched(struct dt_kernel *k, const struct dt_image *img)
{
	struct dt_insn *insns = DT_NEW_N(k->mod->arena, struct dt_insn, img->insns.n);

	memcpy(insns, img->insns.v, img->insns.n * sizeof(*insns));
	for (uint32_t i = 0; i < img->relocs.n; i++) {
		const struct dt_reloc *r = &img->relocs.v[i];

		insns[r->insn].imm = r->map->fd;
		insns[r->insn + 1].imm = r->kind == DT_REL_MAPVAL ? (int32_t)r->addend : 0;
	}
	return insns;
}

static void prog_name(char out[16], const char *name)
{
	size_t n = 0;

	for (; *name && n < 15; name++)
		out[n++] = (*name >= '0' && *name <= '9') ||
					   ((*name | 32) >= 'a' && (*name | 32) <= 'z')
				   ? *name
				   : '_';
	out[n] = 0;
}

static int try_load(struct attempt *t, uint32_t log_level)
{
	t->attr.log_level = log_level;
	t->attr.log_buf = log_level ? ptr(t->log) : 0;
	t->attr.log_size = log_level ? t->log_size : 0;
	return dt_sys_bpf(BPF_CMD_PROG_LOAD, &t->attr, sizeof(t->attr));
}

/* Loads with a log, in a buffer that grows while the kernel says it is too small. */
static int load_logged(struct attempt *t)
{
	int r;

	for (t->log_size = LOG_FIRST;;
	     t->log_size = t->log_size * 16 > LOG_MAX ? LOG_MAX - 1 : t->log_size * 16) {
		free(t->log);
		t->log = calloc(1, t->log_size);
		if (!t->log)
			return -ENOMEM;
		r = try_load(t, 1);
		if (r != -ENOSPC || t->log_size >= LOG_MAX - 1)
			break;
	}
	t->log[t->log_size - 1] = 0;
	return r;
}

static struct dt_span span_of(const struct dt_image *img, int64_t insn)
{
	struct dt_span at = {0};
	uint32_t func = 0;

	for (uint32_t k = 0; k < img->subprogs.n; k++)
		if (img->subprogs.v[k].insn <= insn)
			func = img->subprogs.v[k].insn;
	for (uint32_t k = 0; k < img->lines.n && img->lines.v[k].insn <= insn; k++)
		if (img->lines.v[k].insn >= func)
			at = img->lines.v[k].span;
	return at;
}

static struct dt_span any_span(const struct dt_image *img)
{
	return img->lines.n ? img->lines.v[0].span : (struct dt_span){0};
}

/* The name of the function an instruction is in. */
static const char *func_of(const struct dt_image *img, int64_t insn)
{
	const char *name = "";

	for (uint32_t k = 0; k < img->subprogs.n; k++)
		if (img->subprogs.v[k].insn <= insn)
			name = img->subprogs.v[k].name;
	return name;
}

static int rejected(struct attempt *t, int err)
{
	const struct dt_image *img = t->fn->image;
	struct dt_verdict v = {.text = "", .insn = -1};
	struct dt_span at;

	if (err == -EPERM && !(t->log && t->log[0]))
		return dt_kernel_fail(t->k, err, "failed to load %s", t->fn->name);
	if (t->log)
		v = dt_verifier_verdict(t->k->mod->arena, t->log);
	at = v.insn >= 0 ? span_of(img, v.insn) : any_span(img);
	if (!at.src && v.insn >= 0 && v.insn < img->insns.n)
		dt_error(t->k->mod->diags, any_span(img), D_UNKNOWN,
			 "the kernel refuses %s: in %s, instruction %lld: %s", t->fn->name,
			 func_of(img, v.insn), (long long)v.insn,
			 *v.text ? v.text : strerror(-err));
	else
		dt_error(t->k->mod->diags, at, D_UNKNOWN, "the kernel refuses %s: %s", t->fn->name,
			 *v.text         ? v.text
			 : err == -E2BIG ? "the program is too large"
					 : strerror(-err));
	t->k->error = dt_asprintf(t->k->mod->arena, "the kernel refuses %s: %s", t->fn->name,
				  *v.text ? v.text : strerror(-err));
	return err;
}

static void set_btf(struct attempt *t, struct dt_btf_prog *info, int btf_fd)
{
	if (btf_fd < 0)
		return;
	t->attr.btf_fd = (uint32_t)btf_fd;
	t->attr.func_info_rec_size = sizeof(struct dt_func_info);
	t->attr.func_info = ptr(info->funcs.v);
	t->attr.func_info_cnt = info->funcs.n;
	t->attr.line_info_rec_size = sizeof(struct dt_line_info);
	t->attr.line_info = ptr(info->lines.v);
	t->attr.line_info_cnt = info->lines.n;
}

int dt_load(struct dt_kernel *k, struct ir_func *fn)
{
	const struct dt_image *img = fn->image;
	struct attempt t = {.k = k, .fn = fn};
	struct dt_btf_prog info = {0};
	struct dt_btf *btf = dt_btf_new(k->mod->arena);
	int btf_fd, r;

	if (!img)
		return dt_kernel_fail(k, -EINVAL, "%s has not been linked", fn->name);
	dt_btf_image(btf, k->mod->diags, img, &info);
	btf_fd = dt_btf_load(btf);
	t.insns = patched(k, img);
	t.attr.type = fn->prog_type;
	t.attr.expected_attach_type = fn->expected_attach_type;
	if (fn->attach && fn->attach->mech == DT_MECH_FENTRY)
		t.attr.attach_btf_id = fn->attach->btf_id;
	t.attr.insn_cnt = img->insns.n;
	t.attr.insns = ptr(t.insns);
	t.attr.license = ptr("GPL");
	prog_name(t.attr.name, fn->name);
	set_btf(&t, &info, btf_fd);
	r = k->bpflog ? load_logged(&t) : try_load(&t, 0);
	if (r < 0 && !k->bpflog) {
		int again = load_logged(&t);

		r = again >= 0 || again == -ENOSPC ? (again >= 0 ? again : r) : again;
	}
	if (k->bpflog && t.log)
		fprintf(stderr, "%s:\n%s", fn->name, t.log);
	if (r >= 0) {
		fn->fd = r;
		r = 0;
	} else {
		r = rejected(&t, r);
	}
	free(t.log);
	if (btf_fd >= 0)
		close(btf_fd);
	return r;
}
