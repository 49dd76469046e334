/* SPDX-License-Identifier: BSD-2-Clause */
/* IR: what the builder appends, what the verifier refuses, what the optimiser leaves. */
#include <stdlib.h>
#include "check.h"
#include "ir/build.h"

/* Not needed here: nothing is linked. */
extern const unsigned char dt_runtime_elf[];
extern const unsigned int dt_runtime_elf_len;
const unsigned char dt_runtime_elf[1] = {0};
const unsigned int dt_runtime_elf_len = 0;

struct env {
	struct dt_arena *a;
	struct dt_diags d;
	struct ir_module *m;
	struct ir_func *f;
	struct ir_builder b;
};

static void begin(struct env *e)
{
	memset(e, 0, sizeof(*e));
	e->a = dt_arena_new();
	dt_diags_init(&e->d, e->a);
	e->m = ir_module_new(e->a, &e->d);
	e->f = ir_func_new(e->m, "f", true, 1);
	e->b.fn = e->f;
	ir_at(&e->b, ir_block_new(&e->b, "entry"));
}

static void end(struct env *e)
{
	dt_arena_free(e->a);
}

static char *printed(struct ir_func *f)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	ir_print_func(f, out);
	fclose(out);
	return text;
}

static bool refused(struct env *e, const char *word)
{
	const char *why = NULL;

	if (ir_verify(e->f, &why))
		return false;
	if (why && strstr(why, word))
		return true;
	printf("refused, but: %s\n", why ? why : "(null)");
	return false;
}

static bool accepted(struct env *e)
{
	const char *why = NULL;

	if (ir_verify(e->f, &why))
		return true;
	printf("%s\n", why);
	return false;
}

static void test_build_folds(void)
{
	struct env e;
	char *t;

	begin(&e);
	ir_reg x = ir_op2(&e.b, IR_MUL, ir_ldi(&e.b, 6), ir_ldi(&e.b, 7));
	ir_reg y = ir_op2(&e.b, IR_ADD, ir_param(&e.b, 0), x);
	ir_ret(&e.b, y);
	ir_ldi(&e.b, 5); /* unreachable: dropped */
	CHECK(accepted(&e));
	t = printed(e.f);
	CHECK(strstr(t, "ldi 42") != NULL);
	CHECK(strstr(t, "add %4, 42") != NULL);
	CHECK(strstr(t, "ldi 5\n") == NULL);
	free(t);
	end(&e);
}

static void test_print(void)
{
	struct env e;
	char *t;
	struct ir_block *yes, *no;

	begin(&e);
	yes = ir_block_new(&e.b, "yes");
	no = ir_block_new(&e.b, "no");
	ir_reg c = ir_param(&e.b, 0);
	ir_reg v = ir_load(&e.b, 4, true, c, 8);
	ir_bri(&e.b, IR_SLT, v, -1, yes, no);
	ir_at(&e.b, yes);
	ir_storei(&e.b, 8, c, -16, 3);
	ir_jmp(&e.b, no);
	ir_at(&e.b, no);
	ir_reti(&e.b, 0);
	t = printed(e.f);
	CHECK_STR(t, "func f (entry, 1 parameter)\n"
		     "0 entry:\n\t%1 = param 0\n\t%2 = load s32 [%1 + 8]\n"
		     "\tbr %2 s< -1 then 1 yes else 2 no\n"
		     "1 yes:\n\tstore u64 [%1 - 16], 3\n\tjmp 2 no\n"
		     "2 no:\n\tret 0\n");
	free(t);
	CHECK(accepted(&e));
	end(&e);
}

static void test_verify_refuses(void)
{
	struct env e;
	struct ir_block *k, *j;

	begin(&e);
	CHECK(refused(&e, "empty block"));
	ir_param(&e.b, 0);
	CHECK(refused(&e, "no end"));
	ir_reti(&e.b, 0);
	CHECK(accepted(&e));
	e.f->first->first->imm = 3;
	CHECK(refused(&e, "no parameter 3"));
	end(&e);

	begin(&e); /* set on one path only */
	k = ir_block_new(&e.b, "k");
	j = ir_block_new(&e.b, "j");
	ir_reg c = ir_param(&e.b, 0), r = ir_newreg(&e.b);
	ir_bri(&e.b, IR_EQ, c, 0, k, j);
	ir_at(&e.b, k);
	ir_ldi_to(&e.b, r, 1);
	ir_jmp(&e.b, j);
	CHECK(refused(&e, "never positioned"));
	ir_at(&e.b, j);
	ir_ret(&e.b, r);
	CHECK(refused(&e, "before it is set"));
	end(&e);

	begin(&e);
	c = ir_param(&e.b, 0);
	ir_load(&e.b, 3, false, c, 0);
	ir_reti(&e.b, 0);
	CHECK(refused(&e, "size 3"));
	e.f->first->last->prev->size = 4;
	e.f->first->last->prev->a = 0;
	CHECK(refused(&e, "operand missing"));
	e.f->first->last->prev->a = 77;
	CHECK(refused(&e, "no register %77"));
	e.f->first->last->prev->a = 0;
	e.f->first->last->prev->op = IR_OP_COUNT;
	CHECK(refused(&e, "no such operation"));
	end(&e);

	begin(&e); /* a call of a subprogram with too few arguments */
	struct ir_func *g = ir_func_new(e.m, "g", false, 2);
	ir_reg one = ir_ldi(&e.b, 1);
	ir_call_fn(&e.b, g, 1, &one);
	ir_reti(&e.b, 0);
	CHECK(refused(&e, "takes 2 arguments"));
	end(&e);
}

static void test_optimise(void)
{
	struct env e;
	struct ir_block *yes, *no, *dead;
	char *t;

	begin(&e); /* comparison fused, copies gone, dead code gone, blocks merged */
	yes = ir_block_new(&e.b, "yes");
	no = ir_block_new(&e.b, "no");
	dead = ir_block_new(&e.b, "dead");
	ir_reg c = ir_param(&e.b, 0);
	ir_reg v = ir_load(&e.b, 4, false, c, 8);
	ir_reg w = ir_ext(&e.b, ir_mov(&e.b, v), 4, false);
	ir_reg s = ir_setcci(&e.b, IR_GT, w, 10);
	ir_op2i(&e.b, IR_MUL, v, 3);
	ir_bri(&e.b, IR_NE, s, 0, yes, no);
	ir_at(&e.b, dead);
	ir_jmp(&e.b, yes);
	ir_at(&e.b, yes);
	ir_store(&e.b, 8, c, 0, ir_op2(&e.b, IR_UMOD, v, ir_ldi(&e.b, 16)));
	ir_jmp(&e.b, no);
	ir_at(&e.b, no);
	ir_reti(&e.b, 0);
	ir_optimise(e.f);
	CHECK(accepted(&e));
	t = printed(e.f);
	CHECK_STR(t, "func f (entry, 1 parameter)\n"
		     "0 entry:\n\t%1 = param 0\n\t%2 = load u32 [%1 + 8]\n"
		     "\tbr %2 > 10 then 1 yes else 2 no\n"
		     "1 yes:\n\t%8 = and %2, 15\n\tstore u64 [%1 + 0], %8\n\tret 0\n"
		     "2 no:\n\tret 0\n");
	free(t);
	end(&e);

	begin(&e); /* a mutable register is not a constant */
	struct ir_block *loop = ir_block_new(&e.b, "loop"), *out = ir_block_new(&e.b, "out");
	ir_reg i = ir_newreg(&e.b);
	ir_ldi_to(&e.b, i, 0);
	ir_jmp(&e.b, loop);
	ir_at(&e.b, loop);
	ir_mov_to(&e.b, i, ir_op2i(&e.b, IR_ADD, i, 1));
	ir_bri(&e.b, IR_LT, i, 10, loop, out);
	ir_at(&e.b, out);
	ir_ret(&e.b, i);
	ir_optimise(e.f);
	CHECK(accepted(&e));
	t = printed(e.f);
	CHECK(strstr(t, "add %1, 1") && strstr(t, "< 10") && strstr(t, "ret %1"));
	free(t);
	end(&e);
}

/* Straight lines of random operations: no result is larger than it may be. */
static void test_range(void)
{
	enum { LEN = 12, ROUNDS = 20000 };
	static const enum ir_op ops[] = {IR_ADD, IR_SUB, IR_MUL, IR_UDIV,  IR_UMOD,
					 IR_AND, IR_OR,  IR_XOR, IR_SHL,   IR_SHR,
					 IR_SAR, IR_LDI, IR_EXT, IR_BSWAP, IR_SETCC};
	static const unsigned shift[] = {0, 8, 31, 33, 48, 56, 60, 63};
	struct ir_inst inst[LEN + 1], *def[LEN + 1] = {0};
	uint64_t value[LEN + 1] = {0}, bounded = 0, wrong = 0;

	srand(1);
	for (int round = 0; round < ROUNDS; round++) {
		for (uint32_t k = 1; k <= LEN; k++) {
			uint64_t r =
				(uint64_t)rand() << 33 ^ (uint64_t)rand() << 11 ^ (uint64_t)rand();
			struct ir_inst *i = &inst[k];

			*i = (struct ir_inst){.op = (uint8_t)ops[k < 3 ? 11 : r % 15], .dst = k};
			i->imm = (int64_t)(r >> shift[rand() % 8]);
			i->has_imm = r & 1 << 20;
			i->is_signed = r & 1 << 21;
			i->size = (uint8_t)(1 << (r >> 22) % 4);
			i->a = k > 1 ? 1 + (ir_reg)rand() % (k - 1) : 0;
			i->b = k > 1 ? 1 + (ir_reg)rand() % (k - 1) : 0;
			def[k] = i;
			switch ((enum ir_op)i->op) {
			case IR_LDI: value[k] = (uint64_t)i->imm; break;
			case IR_EXT:
				value[k] = ir_eval_ext(value[i->a], i->size, i->is_signed);
				break;
			case IR_BSWAP:
				i->size = i->size == 1 ? 2 : i->size;
				value[k] = ir_eval_bswap(value[i->a], i->size);
				break;
			case IR_SETCC:
				value[k] = ir_eval_cond(IR_SLT, value[i->a], value[i->b]);
				break;
			default:
				/* what is not folded is not known either */
				if (!ir_eval2(i->op, value[i->a],
					      i->has_imm ? (uint64_t)i->imm : value[i->b],
					      &value[k]))
					value[k] = 0;
			}
			wrong += value[k] > ir_umax(def, i);
			bounded += ir_umax(def, i) != UINT64_MAX;
		}
	}
	CHECK(wrong == 0);
	CHECK(bounded > ROUNDS * LEN / 4); /* it does say something */
}

int main(void)
{
	test_range();
	test_build_folds();
	test_print();
	test_verify_refuses();
	test_optimise();
	return check_summary();
}
