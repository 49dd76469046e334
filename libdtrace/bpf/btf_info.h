/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The BTF we give the kernel: what bpftool shows of our programs and maps. Built in an arena; only
 * kinds that 5.10 accepts (INT, PTR, ARRAY, STRUCT, FUNC_PROTO, FUNC).
 */
#ifndef DT_BPF_BTF_INFO_H
#define DT_BPF_BTF_INFO_H

#include "bpf/link.h"
#include "bpf/sys.h"

struct dt_btf;
struct dt_btf *dt_btf_new(struct dt_arena *a);
/* A type for `size` bytes described by one line of C-like fields ("u32 cpu; u64 ts; char
 * comm[16]"); what the text leaves over is an array of bytes. 0 if it cannot be. is_key4: an
 * array's key. */
uint32_t dt_btf_layout(struct dt_btf *b, const char *name, const char *fields, uint32_t size,
		       bool is_key4);
/* A type for n of those, `size` bytes each, one for each CPU. */
uint32_t dt_btf_array(struct dt_btf *b, const char *name, uint32_t elem, uint32_t size, uint32_t n);
/* Function and line information of an image. */
struct dt_btf_prog {
	DT_VEC(struct dt_func_info) funcs;
	DT_VEC(struct dt_line_info) lines;
};
void dt_btf_image(struct dt_btf *b, const struct dt_diags *d, const struct dt_image *img,
		  struct dt_btf_prog *out);
/* Loads it: a file descriptor or negative errno. */
int dt_btf_load(struct dt_btf *b);

#endif
