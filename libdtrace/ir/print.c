/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IR as text, for -xdump=ir and .ir expectations: one instruction a line, and before it the D line
 * that it was made from, whenever that changes.
 *
 *	func tick (entry, 1 parameter)
 *	0 entry:
 *		; x.d:1: tick-1s { x++; }
 *		%1 = mapval globals + 0
 *		%2 = load u64 [%1 + 0]
 *		%3 = add %2, 1
 *		store u64 [%1 + 0], %3
 *		ret 0
 */
#include <inttypes.h>
#include "ir/ir.h"

const char *const ir_cond_text[] = {
	"==", "!=", "<", "<=", ">", ">=", "s<", "s<=", "s>", "s>=", "&"};

static void print_second(const struct ir_inst *i, FILE *out)
{
	if (i->has_imm)
		fprintf(out, "%" PRId64, i->imm);
	else
		fprintf(out, "%%%u", i->b);
}

static void print_label(const struct ir_block *b, FILE *out)
{
	if (!b)
		fputs("(none)", out);
	else if (b->number == UINT32_MAX)
		fprintf(out, "(unplaced %s)", b->label ? b->label : "");
	else
		fprintf(out, "%u%s%s", b->number, b->label ? " " : "", b->label ? b->label : "");
}

static void print_addr(const struct ir_inst *i, FILE *out)
{
	fprintf(out, " %c%u [%%%u %c %u]", i->is_signed ? 's' : 'u', i->size * 8, i->a,
		i->off < 0 ? '-' : '+', i->off < 0 ? 0u - (uint32_t)i->off : (uint32_t)i->off);
}

static void print_args(const struct ir_inst *i, FILE *out)
{
	fputc('(', out);
	for (unsigned k = 0; k < i->nargs; k++)
		fprintf(out, "%s%%%u", k ? ", " : "", i->args[k]);
	fputc(')', out);
}

static void print_operands(const struct ir_inst *i, const struct ir_func *f, FILE *out)
{
	switch ((enum ir_op)i->op) {
	case IR_NOP:
	case IR_LDPC: break;
	case IR_PARAM:
	case IR_LDI: fprintf(out, " %" PRId64, i->imm); break;
	case IR_LDCONST: fprintf(out, " %s", i->rt ? i->rt : "?"); break;
	case IR_MOV:
	case IR_NEG:
	case IR_NOT: fprintf(out, " %%%u", i->a); break;
	case IR_EXT: fprintf(out, " %c%u %%%u", i->is_signed ? 's' : 'u', i->size * 8, i->a); break;
	case IR_BSWAP: fprintf(out, " u%u %%%u", i->size * 8, i->a); break;
	case IR_SETCC:
		fprintf(out, " %%%u %s ", i->a, ir_cond_text[i->cond]);
		print_second(i, out);
		break;
	case IR_LOAD: print_addr(i, out); break;
	case IR_STORE:
	case IR_ATOMIC_ADD:
	case IR_CMPXCHG:
	case IR_XCHG:
		print_addr(i, out);
		fputs(", ", out);
		print_second(i, out);
		if (i->c)
			fprintf(out, ", %%%u", i->c);
		break;
	case IR_FRAME:
		fprintf(out, " %u", i->frame);
		if (i->frame < f->frame.n && f->frame.v[i->frame].name)
			fprintf(out, " %s", f->frame.v[i->frame].name);
		break;
	case IR_MAPFD: fprintf(out, " %s", i->map ? i->map->name : "?"); break;
	case IR_MAPVAL: fprintf(out, " %s + %d", i->map ? i->map->name : "?", i->off); break;
	case IR_CALL:
		fprintf(out, " #%" PRId64, i->imm);
		print_args(i, out);
		break;
	case IR_CALL_RT:
		fprintf(out, " %s", i->rt ? i->rt : "?");
		print_args(i, out);
		break;
	case IR_CALL_FN:
		fprintf(out, " %s", i->callee ? i->callee->name : "?");
		print_args(i, out);
		break;
	case IR_BR:
		fprintf(out, " %%%u %s ", i->a, ir_cond_text[i->cond]);
		print_second(i, out);
		fputs(" then ", out);
		print_label(i->then, out);
		fputs(" else ", out);
		print_label(i->otherwise, out);
		break;
	case IR_JMP:
		fputc(' ', out);
		print_label(i->then, out);
		break;
	case IR_RET:
		if (i->has_imm)
			fprintf(out, " %" PRId64, i->imm);
		else
			fprintf(out, " %%%u", i->a);
		break;
	default:
		fputc(' ', out);
		fprintf(out, "%%%u, ", i->a);
		print_second(i, out);
		break;
	}
}

void ir_print_inst(const struct ir_inst *i, const struct ir_func *f, FILE *out)
{
	if (i->dst)
		fprintf(out, "%%%u = ", i->dst);
	fputs(ir_op_text(i->op), out);
	print_operands(i, f, out);
	fputc('\n', out);
}

void ir_print_source(const struct dt_diags *d, struct dt_span at, const char *indent, FILE *out)
{
	const char *file, *text;
	uint32_t line, col, len;

	if (!d || !at.src)
		return;
	dt_span_where(d, at, &file, &line, &col);
	text = dt_span_line(d, at, &len);
	while (len && (*text == ' ' || *text == '\t'))
		text++, len--;
	fprintf(out, "%s; %s:%u: %.*s\n", indent, file, line, (int)len, text);
}

/* Where a span's line starts: spans on one line are shown once. */
static const char *line_of(const struct dt_diags *d, struct dt_span at)
{
	uint32_t len;

	return d && at.src ? dt_span_line(d, at, &len) : NULL;
}

void ir_print_func(const struct ir_func *f, FILE *out)
{
	const struct dt_diags *d = f->mod->diags;
	const char *shown = NULL;

	fprintf(out, "func %s (%s, %u parameter%s)\n", f->name,
		f->is_entry ? "entry" : "subprogram", f->nparams, f->nparams == 1 ? "" : "s");
	for (uint32_t k = 0; k < f->frame.n; k++)
		fprintf(out, "frame %u: %u bytes %s\n", k, f->frame.v[k].size,
			f->frame.v[k].name ? f->frame.v[k].name : "");
	IR_EACH_BLOCK (f, b) {
		print_label(b, out);
		fputs(":\n", out);
		IR_EACH_INST (b, i) {
			const char *here = line_of(d, i->span);

			if (here && here != shown) {
				ir_print_source(d, i->span, "\t", out);
				shown = here;
			}
			fputc('\t', out);
			ir_print_inst(i, f, out);
		}
	}
}

void ir_print_module(const struct ir_module *m, FILE *out)
{
	for (uint32_t k = 0; k < m->maps.n; k++) {
		const struct dt_mapdef *d = m->maps.v[k];

		fprintf(out, "map %s: type %u, key %u, value %u%s, entries %u%s%s%s\n", d->name,
			d->type, d->key_size, d->value_size, d->ncpu_value ? " * ncpu" : "",
			d->max_entries, d->ncpu_entries ? " * ncpu" : "",
			d->mmapped ? ", mmapped" : "", d->frozen ? ", frozen" : "");
	}
	for (const struct ir_func *f = m->first; f; f = f->next) {
		fputc('\n', out);
		ir_print_func(f, out);
	}
}
