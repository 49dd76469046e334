/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linking: one entry function, and whatever it calls, directly or not, laid out one after another.
 * What is called is either a subprogram of the module, compiled now, or a function of bpf-runtime,
 * cut out of the embedded relocatable ELF:
 *
 *	.text     functions, found by their symbols
 *	.rel.text R_BPF_64_64: the address of dt_map_X, dt_val_X or dt_const_X (bpf-runtime/rt.h)
 *		  R_BPF_64_32: a call
 *
 * Maps stay relocations, since they do not exist yet; constants and calls are resolved here.
 */
#include <gelf.h>
#include <libelf.h>
#include "bpf/mir.h"
#include "bpf/sys.h"
#include "ir/build.h"

enum { R_64_64 = 1, R_64_32 = 10 };

#define MAX_MAPS 64u

struct linker {
	struct ir_module *mod;
	const struct dt_features *feat;
	struct ir_func *entry;
	Elf *elf;
	Elf_Data *text, *syms, *rels;
	size_t nsyms, nrels, strndx, text_ndx;
	DT_VEC(struct dt_code *) code; /* in order of layout */
	DT_VEC(struct ir_func *) func; /* what each was made from, or NULL */
	DT_VEC(uint32_t) start;
};

__attribute__((format(printf, 2, 3))) static bool fail(struct linker *l, const char *fmt, ...)
{
	struct dt_span at = {0};
	va_list ap;

	va_start(ap, fmt);
	dt_error(l->mod->diags, at, D_UNKNOWN, "%s: %s", l->entry->name,
		 dt_vasprintf(l->mod->arena, fmt, ap));
	va_end(ap);
	return false;
}

/* ------------------------------------------------------------------ one function's code */

struct dt_code *dt_codegen(struct ir_func *f, const struct dt_features *feat, FILE *dump)
{
	struct mfunc m = {.f = f, .feat = feat, .tmp = dt_arena_new()};
	struct dt_span where =
		f->first && f->first->first ? f->first->first->span : (struct dt_span){0};
	struct dt_code *code = NULL;
	uint32_t need = 0;

	if (!m.tmp) {
		dt_error(f->mod->diags, where, D_UNKNOWN, "not enough memory to compile %s",
			 f->name);
		return NULL;
	}
	dt_select(&m);
	if (!dt_regalloc(&m)) {
		dt_error(f->mod->diags, where, D_NOREG, "registers of %s cannot be allocated",
			 f->name);
	} else if (!dt_frame_layout(&m, &where, &need)) {
		dt_error(f->mod->diags, where, D_NOREG,
			 "the program needs %u bytes of stack, more than the %u there are; "
			 "most here",
			 need, DT_BPF_STACK);
	} else {
		code = dt_emit(&m);
		if (!code)
			dt_error(f->mod->diags, where, D_UNKNOWN, "%s is too long for one program",
				 f->name);
		else if (dump)
			dt_mi_print(&m, dump);
	}
	dt_arena_free(m.tmp);
	return code;
}

/* ------------------------------------------------------------------ bpf-runtime */

static bool open_runtime(struct linker *l)
{
	Elf_Scn *scn = NULL;
	size_t shstr;

	if (l->elf)
		return true;
	elf_version(EV_CURRENT);
	l->elf = elf_memory((char *)(uintptr_t)dt_runtime_elf, dt_runtime_elf_len);
	if (!l->elf || elf_getshdrstrndx(l->elf, &shstr))
		return fail(l, "bpf-runtime cannot be read: %s", elf_errmsg(-1));
	while ((scn = elf_nextscn(l->elf, scn))) {
		GElf_Shdr sh;
		const char *name;

		if (!gelf_getshdr(scn, &sh) || !(name = elf_strptr(l->elf, shstr, sh.sh_name)))
			continue;
		if (sh.sh_type == SHT_SYMTAB) {
			l->syms = elf_getdata(scn, NULL);
			l->nsyms = sh.sh_entsize ? sh.sh_size / sh.sh_entsize : 0;
			l->strndx = sh.sh_link;
		} else if (!strcmp(name, ".text")) {
			l->text = elf_getdata(scn, NULL);
			l->text_ndx = elf_ndxscn(scn);
		} else if (!strcmp(name, ".rel.text")) {
			l->rels = elf_getdata(scn, NULL);
			l->nrels = sh.sh_entsize ? sh.sh_size / sh.sh_entsize : 0;
		} else if ((sh.sh_flags & SHF_ALLOC) && sh.sh_size && sh.sh_type != SHT_NOTE) {
			return fail(l, "bpf-runtime has data (section %s): it may have code only",
				    name);
		}
	}
	if (!l->text || !l->syms)
		return fail(l, "bpf-runtime has no code or no symbols");
	return true;
}

static const char *sym_name(struct linker *l, const GElf_Sym *s)
{
	const char *n = elf_strptr(l->elf, l->strndx, s->st_name);

	return n ? n : "";
}

/* The function of that name, or (name NULL) the one that starts at `off`. */
static bool find_func(struct linker *l, const char *name, uint64_t off, GElf_Sym *out)
{
	for (size_t k = 0; k < l->nsyms; k++)
		if (gelf_getsym(l->syms, (int)k, out) && GELF_ST_TYPE(out->st_info) == STT_FUNC &&
		    out->st_shndx == l->text_ndx &&
		    (name ? !strcmp(sym_name(l, out), name) : out->st_value == off))
			return true;
	return false;
}

/* What the helpers that bpf-runtime calls read. */
static uint8_t helper_args(int32_t helper)
{
	static const uint8_t n[] = {
		[1] = 2,   [2] = 4,   [3] = 2,   [4] = 3,   [6] = 5,   [16] = 2,  [25] = 5,
		[27] = 3,  [45] = 3,  [67] = 4,  [112] = 3, [113] = 3, [114] = 3, [115] = 3,
		[130] = 4, [131] = 2, [132] = 2, [133] = 2, [134] = 2, [148] = 3, [182] = 3,
	};

	return helper >= 0 && (size_t)helper < sizeof(n) ? n[helper] : 0;
}

/*
 * How many parameters a compiled function has (those that D calls are told by the call): the
 * highest of r1..r5 that is read before it is written, on any path. A parameter the compiler found
 * unused is not passed by its callers either, so this is also what they may be asked to pass.
 */
static uint8_t insn_uses(const struct dt_insn *i, uint8_t *defs, uint8_t nargs)
{
	unsigned class = i->code & 7, dst = 1u << i->dst, src = 1u << i->src;
	unsigned op = i->code & 0xf0, use = 0, def = 0;

	switch (class) {
	case BPF_C_LD: def = dst; break;
	case BPF_C_LDX: def = dst, use = src; break;
	case BPF_C_ST: use = dst; break;
	case BPF_C_STX: use = dst | src; break;
	case BPF_C_ALU:
	case BPF_C_ALU64:
		def = dst;
		use = (i->code & BPF_SRC_X && op != BPF_A_END ? src : 0) |
		      (op != BPF_A_MOV ? dst : 0);
		break;
	default:
		if (op == BPF_J_CALL)
			def = 0x3f, use = ((1u << nargs) - 1) << 1;
		else if (op != BPF_J_JA && op != BPF_J_EXIT)
			use = dst | (i->code & BPF_SRC_X ? src : 0);
	}
	*defs = (uint8_t)(def & 0x3f);
	return (uint8_t)(use & 0x3e);
}

static struct dt_code *rt_code(struct linker *l, const char *name, unsigned depth);

/* What each call of another runtime function reads: arguments may be passed on untouched. */
static uint8_t *call_args(struct linker *l, const struct dt_code *c, unsigned depth)
{
	uint8_t *n = DT_NEW_N(l->mod->arena, uint8_t, c->insns.n + 1);

	for (uint32_t k = 0; k < c->insns.n; k++)
		if (c->insns.v[k].code == BPF_OP_CALL && c->insns.v[k].src != BPF_PS_CALL)
			n[k] = helper_args(c->insns.v[k].imm);
	for (uint32_t k = 0; k < c->relocs.n && depth < 8; k++) {
		const struct dt_code *to;

		if (c->relocs.v[k].kind != DT_REL_CALL)
			continue;
		to = rt_code(l, c->relocs.v[k].name, depth + 1);
		if (to)
			n[c->relocs.v[k].insn] = (uint8_t)to->nparams;
	}
	return n;
}

static uint32_t count_params(struct linker *l, const struct dt_code *c, unsigned depth)
{
	uint8_t *nargs = call_args(l, c, depth);
	uint32_t n = c->insns.n;
	uint8_t *in = DT_NEW_N(l->mod->arena, uint8_t, n + 1), live;
	bool again = true;

	while (again) {
		again = false;
		for (uint32_t k = n; k--;) {
			const struct dt_insn *i = &c->insns.v[k];
			unsigned class = i->code & 7, op = i->code & 0xf0;
			bool jmp = class == BPF_C_JMP || class == BPF_C_JMP32;
			uint8_t out = in[k + 1], defs;
			int64_t to = (int64_t)k + 1 + i->off;

			if (jmp && (op == BPF_J_EXIT || op == BPF_J_JA))
				out = 0;
			if (jmp && op != BPF_J_EXIT && op != BPF_J_CALL && to >= 0 && to < n)
				out |= in[to];
			live = insn_uses(i, &defs, nargs[k]);
			live |= out & (uint8_t)~defs;
			if (live != in[k])
				in[k] = live, again = true;
		}
	}
	live = n ? in[0] : 0;
	for (uint32_t p = 5; p; p--)
		if (live >> p & 1)
			return p;
	return 0;
}

static bool rt_symbol_reloc(struct linker *l, struct dt_code *c, uint32_t at, const char *name)
{
	struct dt_reloc r = {.insn = at, .kind = DT_REL_CONST};
	struct dt_insn *i = &c->insns.v[at];

	if (at + 1 >= c->insns.n || i->code != BPF_OP_LDIMM64)
		return fail(l, "bpf-runtime refers to %s in an unexpected way", name);
	r.addend = i->imm;
	i->imm = i[1].imm = 0;
	if (!strncmp(name, "dt_const_", 9)) {
		r.name = name + 9;
	} else {
		bool val = !strncmp(name, "dt_val_", 7);

		if (!val && strncmp(name, "dt_map_", 7))
			return fail(l, "bpf-runtime refers to %s, which is nothing we know", name);
		r.kind = val ? DT_REL_MAPVAL : DT_REL_MAPFD;
		r.map = ir_map_find(l->mod, name + 7);
		if (!r.map)
			return fail(l, "bpf-runtime needs the map %s, which was not made",
				    name + 7);
		i->src = val ? BPF_PS_MAP_VALUE : BPF_PS_MAP_FD;
	}
	dt_vec_push(l->mod->arena, &c->relocs, r);
	return true;
}

static bool rt_call_reloc(struct linker *l, struct dt_code *c, uint32_t at, uint64_t target)
{
	struct dt_reloc r = {.insn = at, .kind = DT_REL_CALL};
	GElf_Sym s;

	if (!find_func(l, NULL, target, &s))
		return fail(l, "bpf-runtime: %s calls into nowhere", c->name);
	r.name = sym_name(l, &s);
	c->insns.v[at].src = BPF_PS_CALL;
	dt_vec_push(l->mod->arena, &c->relocs, r);
	return true;
}

static bool rt_relocs(struct linker *l, struct dt_code *c, const GElf_Sym *fn)
{
	bool *done = DT_NEW_N(l->mod->arena, bool, c->insns.n + 1);

	for (size_t k = 0; k < l->nrels; k++) {
		GElf_Rel rel;
		GElf_Sym s;
		uint32_t at;

		if (!gelf_getrel(l->rels, (int)k, &rel) || rel.r_offset < fn->st_value ||
		    rel.r_offset >= fn->st_value + fn->st_size ||
		    !gelf_getsym(l->syms, (int)GELF_R_SYM(rel.r_info), &s))
			continue;
		at = (uint32_t)(rel.r_offset - fn->st_value) / 8;
		done[at] = true;
		if (GELF_R_TYPE(rel.r_info) == R_64_64) {
			if (!rt_symbol_reloc(l, c, at, sym_name(l, &s)))
				return false;
		} else if (GELF_R_TYPE(rel.r_info) == R_64_32) {
			int64_t add = GELF_ST_TYPE(s.st_info) == STT_SECTION
					      ? ((int64_t)c->insns.v[at].imm + 1) * 8
					      : 0;

			if (s.st_shndx != l->text_ndx)
				return fail(l, "bpf-runtime calls %s, which it has not",
					    sym_name(l, &s));
			if (!rt_call_reloc(l, c, at, s.st_value + (uint64_t)add))
				return false;
		} else {
			return fail(l, "bpf-runtime: relocation %u",
				    (unsigned)GELF_R_TYPE(rel.r_info));
		}
	}
	/* calls the assembler resolved itself */
	for (uint32_t k = 0; k < c->insns.n; k++)
		if (c->insns.v[k].code == BPF_OP_CALL && c->insns.v[k].src == BPF_PS_CALL &&
		    !done[k] &&
		    !rt_call_reloc(l, c, k,
				   fn->st_value +
					   (uint64_t)((int64_t)k + 1 + c->insns.v[k].imm) * 8))
			return false;
	return true;
}

static struct dt_code *rt_code(struct linker *l, const char *name, unsigned depth)
{
	struct dt_code *c = DT_NEW(l->mod->arena, struct dt_code);
	const struct dt_insn *from;
	GElf_Sym s;

	if (!open_runtime(l))
		return NULL;
	if (!find_func(l, name, 0, &s)) {
		fail(l, "bpf-runtime has no function %s", name);
		return NULL;
	}
	if (s.st_value % 8 || s.st_size % 8 || s.st_value + s.st_size > l->text->d_size) {
		fail(l, "bpf-runtime: %s lies outside the code", name);
		return NULL;
	}
	c->name = dt_strdup(l->mod->arena, name);
	c->is_global = GELF_ST_BIND(s.st_info) != STB_LOCAL;
	from = (const struct dt_insn *)((const char *)l->text->d_buf + s.st_value);
	for (uint64_t k = 0; k < s.st_size / 8; k++) {
		struct dt_insn i;

		memcpy(&i, from + k, sizeof(i));
		dt_vec_push(l->mod->arena, &c->insns, i);
	}
	if (!rt_relocs(l, c, &s))
		return NULL;
	c->nparams = count_params(l, c, depth);
	return c;
}

/* ------------------------------------------------------------------ joining */

/* Number of the function a call goes to, adding it if it is new; -1 after a diagnostic. */
static int callee_index(struct linker *l, const struct dt_reloc *r)
{
	struct dt_code *c;

	for (uint32_t k = 0; k < l->code.n; k++)
		if (r->callee ? l->func.v[k] == r->callee
			      : !l->func.v[k] && !strcmp(l->code.v[k]->name, r->name)) {
			if (l->code.v[k]->nparams < r->addend)
				l->code.v[k]->nparams = (uint32_t)r->addend;
			return (int)k;
		}
	if (l->code.n >= 256) {
		fail(l, "more than 256 functions");
		return -1;
	}
	c = r->callee ? dt_codegen(r->callee, l->feat, NULL) : rt_code(l, r->name, 0);
	if (!c)
		return -1;
	if (c->nparams < r->addend)
		c->nparams = (uint32_t)r->addend;
	dt_vec_push(l->mod->arena, &l->code, c);
	dt_vec_push(l->mod->arena, &l->func, r->callee);
	return (int)l->code.n - 1;
}

static bool collect(struct linker *l)
{
	struct dt_code *c = dt_codegen(l->entry, l->feat, NULL);

	if (!c)
		return false;
	dt_vec_push(l->mod->arena, &l->code, c);
	dt_vec_push(l->mod->arena, &l->func, l->entry);
	for (uint32_t k = 0; k < l->code.n; k++) {
		c = l->code.v[k];
		for (uint32_t j = 0; j < c->relocs.n; j++)
			if (c->relocs.v[j].kind == DT_REL_CALL &&
			    callee_index(l, &c->relocs.v[j]) < 0)
				return false;
	}
	return true;
}

static bool resolve_const(struct linker *l, struct dt_image *img, const struct dt_reloc *r)
{
	uint64_t v;

	if (!ir_const_get(l->mod, r->name, &v))
		return fail(l, "the link-time constant %s was not set", r->name);
	v += (uint64_t)r->addend;
	img->insns.v[r->insn].imm = (int32_t)v;
	img->insns.v[r->insn + 1].imm = (int32_t)(v >> 32);
	return true;
}

static void append_code(struct linker *l, struct dt_image *img, const struct dt_code *c)
{
	struct dt_subprog s = {.insn = img->insns.n,
			       .name = c->name,
			       .is_global = c->is_global,
			       .nparams = c->nparams};
	struct dt_arena *a = l->mod->arena;

	dt_vec_push(a, &l->start, img->insns.n);
	dt_vec_push(a, &img->subprogs, s);
	for (uint32_t k = 0; k < c->lines.n; k++) {
		struct dt_lineinfo li = c->lines.v[k];

		li.insn += img->insns.n;
		dt_vec_push(a, &img->lines, li);
	}
	for (uint32_t k = 0; k < c->insns.n; k++)
		dt_vec_push(a, &img->insns, c->insns.v[k]);
}

static bool resolve(struct linker *l, struct dt_image *img)
{
	for (uint32_t k = 0; k < l->code.n; k++) {
		for (uint32_t j = 0; j < l->code.v[k]->relocs.n; j++) {
			struct dt_reloc r = l->code.v[k]->relocs.v[j];
			int to;

			r.insn += l->start.v[k];
			switch (r.kind) {
			case DT_REL_MAPFD:
			case DT_REL_MAPVAL: dt_vec_push(l->mod->arena, &img->relocs, r); break;
			case DT_REL_CONST:
				if (!resolve_const(l, img, &r))
					return false;
				break;
			case DT_REL_PC: img->insns.v[r.insn].imm = (int32_t)r.insn; break;
			case DT_REL_CALL:
				to = callee_index(l, &r);
				if (to < 0)
					return false;
				img->insns.v[r.insn].imm =
					(int32_t)l->start.v[to] - (int32_t)r.insn - 1;
				break;
			}
		}
	}
	return true;
}

/*
 * A program may use so many maps (the kernel's MAX_USED_MAPS). Said here, because the kernel would
 * only after all of them had been made.
 */
static bool few_maps(struct linker *l, const struct dt_image *img)
{
	const struct ir_func *f = l->entry;
	DT_VEC(const struct dt_mapdef *) seen = {0};
	uint32_t k;

	for (uint32_t i = 0; i < img->relocs.n; i++) {
		const struct dt_mapdef *m = img->relocs.v[i].map;

		for (k = 0; k < seen.n && seen.v[k] != m; k++)
			;
		if (m && k == seen.n)
			dt_vec_push(l->mod->arena, &seen, m);
	}
	if (seen.n <= MAX_MAPS)
		return true;
	dt_error(l->mod->diags,
		 f->first && f->first->first ? f->first->first->span : (struct dt_span){0},
		 D_UNKNOWN,
		 "the clauses of %s need %u maps, more than the %u there can be: each keyed "
		 "aggregation and "
		 "each associative array takes one",
		 f->name, seen.n, MAX_MAPS);
	return false;
}

struct dt_image *dt_link(struct ir_func *fn, const struct dt_features *feat)
{
	struct linker l = {.mod = fn->mod, .feat = feat, .entry = fn};
	struct dt_image *img = DT_NEW(fn->mod->arena, struct dt_image);
	bool ok = collect(&l);

	if (ok) {
		for (uint32_t k = 0; k < l.code.n; k++)
			append_code(&l, img, l.code.v[k]);
		ok = resolve(&l, img) && few_maps(&l, img);
	}
	if (l.elf)
		elf_end(l.elf);
	return ok ? img : NULL;
}
