/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lowering, up to the kernel. Trees are put together by hand, as sema leaves them, so that this
 * tests nothing but plan, layout, lowering and what is below. Every function must pass the IR
 * verifier before and after the optimiser; where we may load programs, BEGIN is run once for each
 * case and the records it leaves are compared.
 */
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "bpf/load.h"
#include "check.h"
#include "ir/lower.h"

/* ------------------------------------------------------------------ stand-ins */

static uint32_t record_fields(struct dt_sema *s, const struct dt_expr *call, struct dt_field *out,
			      uint32_t max)
{
	const struct dt_type *t = dt_type_base(call->list.v[0]->type);

	(void)s;
	if (max && dt_type_is_string(t))
		out[0] = (struct dt_field){.kind = DT_FLD_STRING, .size = 64, .type = t};
	else if (max && t->kind == TY_STACK)
		out[0] = (struct dt_field){
			.kind = DT_FLD_STACK, .size = (uint32_t)t->size, .type = t};
	else if (max)
		out[0] = (struct dt_field){.kind = DT_FLD_INT, .size = 8, .type = t};
	return 1;
}

static void record_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	struct dt_recact *act = dt_lower_recact(lw, call);
	struct dt_val v;

	(void)out;
	dt_lower_expr(lw, call->list.v[0], &v);
	dt_lower_store_field(lw, &act->fields.v[0], &v, lw->record);
}

static void count_lower(struct dt_lower *lw, const struct dt_expr *assign, struct dt_val *out)
{
	ir_reg cell = dt_lower_agg_cell(lw, assign);

	(void)out;
	ir_atomic_add(&lw->b, 8, cell, 0, ir_ldi(&lw->b, 1));
}

static void sum_lower(struct dt_lower *lw, const struct dt_expr *assign, struct dt_val *out)
{
	ir_reg v = dt_lower_int(lw, assign->b->list.v[0]), cell = dt_lower_agg_cell(lw, assign);

	(void)out;
	ir_atomic_add(&lw->b, 8, cell, 0, v);
}

static void stack_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	(void)lw;
	*out = (struct dt_val){
		.kind = VAL_STACK, .space = SP_KERNEL, .cap = (uint32_t)call->type->size};
}

static void alloca_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	ir_reg n = dt_lower_int(lw, call->list.v[0]);

	*out = (struct dt_val){.kind = VAL_INT};
	out->reg = IR_CALL_RT(&lw->b, "dt_rt_alloca", lw->slot_no, n);
	dt_lower_fault_if(lw, IR_EQ, out->reg, 0, DTRACEFLT_NOSCRATCH, n);
}

static const struct dt_func f_trace = {.name = "trace",
				       .kind = DT_FN_ACTION,
				       .flags = DT_FF_RECORD,
				       .fields = record_fields,
				       .lower = record_lower};
static const struct dt_func f_count = {.name = "count", .kind = DT_FN_AGG, .lower = count_lower};
static const struct dt_func f_sum = {.name = "sum", .kind = DT_FN_AGG, .lower = sum_lower};
static const struct dt_func f_stack = {
	.name = "stack", .kind = DT_FN_ACTION, .flags = DT_FF_VALUE, .lower = stack_lower};
static const struct dt_func f_alloca = {
	.name = "alloca", .kind = DT_FN_SUBR, .lower = alloca_lower};

static struct dt_argsrc mock_argsrc(const struct dt_probe *pr, const struct dt_attach *at,
				    unsigned n)
{
	static const int16_t regs[6] = {112, 104, 96, 56, 72, 64};
	struct dt_argsrc none = {.kind = DT_ARG_NONE};

	(void)at;
	if (!strcmp(pr->name, "ERROR") && n >= 1 && n <= 5) {
		static const int fields[] = {0,          DT_FLTF_PROBE, DT_FLTF_ACTION,
					     DT_FLTF_PC, DT_FLTF_CODE,  DT_FLTF_ADDR};
		return (struct dt_argsrc){.kind = DT_ARG_FAULT, .value = fields[n]};
	}
	if (!strcmp(pr->name, "entry") && n < 6)
		return (struct dt_argsrc){
			.kind = DT_ARG_CTX_DEREF, .off = 0, .off2 = regs[n], .size = 8};
	if (!strcmp(pr->name, "return") && n < 2)
		return (struct dt_argsrc){
			.kind = DT_ARG_CTX, .off = 8, .size = 8, .is_signed = true};
	return none;
}

static int mock_attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	struct dt_attach at = {.mech = DT_MECH_TESTRUN};

	(void)r;
	if (!strcmp(pr->name, "ERROR"))
		at.mech = DT_MECH_CALLED;
	else if (!strcmp(pr->prov, "syscall"))
		at = (struct dt_attach){.mech = DT_MECH_RAW_TP,
					.target = !strcmp(pr->name, "entry") ? "sys_enter"
									     : "sys_exit",
					.index = DT_INDEX_SYSCALL,
					.index_val = (uint32_t)pr->priv,
					.ctx = DT_CTX_RAW_TP,
					.arg0_errno = !strcmp(pr->name, "return"),
					.uregs_in_ctx0 = true};
	else if (!strcmp(pr->prov, "profile"))
		at = (struct dt_attach){
			.mech = DT_MECH_PERF_CLOCK, .ctx = DT_CTX_PERF, .period_ns = 1000000};
	dt_hook_add(out, at);
	return 0;
}

static const struct dt_provider mock = {
	.name = "mock", .argsrc = mock_argsrc, .attach = mock_attach};

const struct dt_provider *const dt_providers[] = {&mock, NULL};

/* Used by the code under test only where the real ones are not linked in. */
__attribute__((weak)) int dt_registry_match(struct dt_registry *r, const char *prov,
					    const char *mod, const char *func, const char *name,
					    uint32_t id, bool listing, dt_probe_cb *cb, void *arg)
{
	int n = 0;

	(void)prov, (void)mod, (void)func, (void)id, (void)listing;
	for (uint32_t i = 0; i < r->probes.n; i++)
		if (!strcmp(r->probes.v[i]->name, name) && ++n)
			cb(arg, r->probes.v[i]);
	return n;
}
__attribute__((weak)) void dt_registry_skip(struct dt_registry *r, const struct dt_probe *pr,
					    const char *why)
{
	(void)r, (void)pr, (void)why;
}
__attribute__((weak)) void dt_hook_add(struct dt_hooks *hooks, struct dt_attach at)
{
	dt_vec_push(hooks->arena, &hooks->v, at);
}
__attribute__((weak)) int dt_registry_error(struct dt_registry *r, int err, const char *fmt, ...)
{
	(void)r, (void)fmt;
	return err;
}
__attribute__((weak)) bool dt_sema_str_static(const struct dt_expr *e)
{
	return e->kind == E_STRING;
}

/* ------------------------------------------------------------------ a program */

static struct dt_features features;
static bool can_load;

struct prog {
	struct dt_arena *a;
	struct dt_diags d;
	struct dt_types ts;
	struct dt_registry reg;
	struct dt_sema s;
	struct dt_lower_opts opts;
	struct dt_plan *plan;
	struct dt_lower_ctx *cx;
	struct dt_kernel k;
	struct dt_clause *c; /* the one statements are added to */
	uint32_t nextid;
};
static struct prog P;

static void begin_prog(bool perf)
{
	memset(&P, 0, sizeof(P));
	P.a = dt_arena_new();
	dt_diags_init(&P.d, P.a);
	dt_types_init(&P.ts, P.a, 256, NULL);
	P.reg.arena = P.a;
	P.s = (struct dt_sema){
		.arena = P.a, .diags = &P.d, .types = &P.ts, .strsize = 256, .scratchsize = 256};
	P.opts = (struct dt_lower_opts){.bufsize = 65536,
					.aggsize = 65536,
					.dynvarsize = 65536,
					.strsize = 256,
					.scratchsize = 256,
					.perf_sink = perf,
					.ncpu = dt_ncpu_possible()};
}

static struct dt_clause *clause(const char *prov, const char *func, const char *name, uint64_t priv)
{
	struct dt_clause *c = DT_NEW(P.a, struct dt_clause);
	struct dt_probe *pr = NULL;

	for (uint32_t i = 0; i < P.reg.probes.n; i++) {
		struct dt_probe *p = P.reg.probes.v[i];

		if (!strcmp(p->prov, prov) && !strcmp(p->func, func) && !strcmp(p->name, name))
			pr = p;
	}
	if (!pr) {
		pr = DT_NEW(P.a, struct dt_probe);
		*pr = (struct dt_probe){.id = ++P.nextid,
					.prov = prov,
					.mod = "vmlinux",
					.func = func,
					.name = name,
					.provider = &mock,
					.priv = priv};
		dt_vec_push(P.a, &P.reg.probes, pr);
	}
	c->index = P.s.clauses.n;
	c->info = DT_NEW(P.a, struct dt_clause_info);
	c->body = DT_NEW(P.a, struct dt_stmt);
	c->body->kind = S_BLOCK;
	dt_vec_push(P.a, &c->probes, pr);
	dt_vec_push(P.a, &P.s.clauses, c);
	P.c = c;
	return c;
}

static void also(const char *prov, const char *func, const char *name, uint64_t priv)
{
	struct dt_clause *c = P.c, *tmp = clause(prov, func, name, priv);

	P.s.clauses.n--;
	dt_vec_push(P.a, &c->probes, tmp->probes.v[0]);
	P.c = c;
}

static struct dt_expr *node(enum dt_expr_kind kind, const struct dt_type *t)
{
	struct dt_expr *e = DT_NEW(P.a, struct dt_expr);

	e->kind = kind;
	e->type = t;
	return e;
}

static struct dt_expr *num(int64_t v)
{
	struct dt_expr *e = node(E_INT, P.ts.t_long);

	e->ival = v;
	e->is_const = true;
	return e;
}

static struct dt_expr *str(const char *s)
{
	struct dt_expr *e = node(E_STRING, P.ts.t_string);

	e->str = s;
	e->len = (uint32_t)strlen(s);
	return e;
}

static struct dt_expr *bv(enum dt_builtin b)
{
	bool s = b == BV_EXECNAME || b == BV_PROBEFUNC || b == BV_PROBENAME || b == BV_PROBEPROV ||
		 b == BV_PROBEMOD;
	struct dt_expr *e = node(E_BUILTIN, s ? P.ts.t_string : P.ts.t_long);

	e->builtin = b;
	return e;
}

static struct dt_expr *arg(int n)
{
	struct dt_expr *e = bv(BV_ARGN);

	e->ival = n;
	return e;
}

static struct dt_expr *op2(enum dt_expr_kind k, enum dt_op op, const struct dt_type *t,
			   struct dt_expr *a, struct dt_expr *b)
{
	struct dt_expr *e = node(k, t);

	e->op = op;
	e->a = a;
	e->b = b;
	return e;
}
#define BIN(op, a, b) op2(E_BINARY, op, P.ts.t_long, a, b)
#define CMP(op, a, b) op2(E_BINARY, op, P.ts.t_int, a, b)
#define SET(a, b)     op2(E_ASSIGN, OP_NONE, (a)->type, a, b)

static struct dt_expr *opaque(int64_t v); /* v, but not a constant */

static struct dt_var *var(enum dt_var_kind kind, const char *name, const struct dt_type *t)
{
	struct dt_var *v = DT_NEW(P.a, struct dt_var);

	v->kind = kind;
	v->name = name;
	v->type = t;
	dt_vec_push(P.a, &P.s.vars, v);
	return v;
}

static struct dt_expr *ref(struct dt_var *v)
{
	struct dt_expr *e = node(E_VAR, v->type);

	e->var = v;
	return e;
}

static struct dt_expr *elem(struct dt_var *v, struct dt_expr *key)
{
	struct dt_expr *e = ref(v);

	e->kind = E_ASSOC;
	dt_vec_push(P.a, &e->list, key);
	return e;
}

static struct dt_expr *call(const struct dt_func *f, const struct dt_type *t, struct dt_expr *a)
{
	struct dt_expr *e = node(E_CALL, t);

	e->func = f;
	if (a)
		dt_vec_push(P.a, &e->list, a);
	return e;
}

static struct dt_stmt *stmt_of(struct dt_expr *e)
{
	struct dt_stmt *s = DT_NEW(P.a, struct dt_stmt);

	s->kind = S_EXPR;
	s->expr = e;
	if (e->kind == E_CALL && e->func->flags & DT_FF_RECORD) {
		P.c->info->records = true;
		P.c->info->nactions++;
	}
	return s;
}

static void stmt(struct dt_expr *e)
{
	dt_vec_push(P.a, &P.c->body->body, stmt_of(e));
}

static void trace(struct dt_expr *e)
{
	stmt(call(&f_trace, P.ts.t_void, e));
}

static struct dt_expr *opaque(int64_t v)
{
	struct dt_var *x = var(DT_VAR_GLOBAL, "opaque", P.ts.t_long);

	stmt(SET(ref(x), num(v)));
	return ref(x);
}

static struct dt_agg *agg(const char *name, const struct dt_func *f)
{
	struct dt_agg *g = DT_NEW(P.a, struct dt_agg);

	g->name = name;
	g->id = P.s.aggs.n;
	g->func = f;
	dt_vec_push(P.a, &P.s.aggs, g);
	return g;
}

static void aggregate(struct dt_agg *g, struct dt_expr *key, struct dt_expr *v)
{
	struct dt_expr *e = node(E_AGG, P.ts.t_void);

	e->agg = g;
	if (key)
		dt_vec_push(P.a, &e->list, key);
	stmt(op2(E_ASSIGN, OP_NONE, P.ts.t_void, e, call(g->func, P.ts.t_void, v)));
}

/* ------------------------------------------------------------------ to the kernel */

/* Lowers, verifies before and after optimising; loads everything if we may. */
static bool compile(void)
{
	const char *why = "";
	bool ok = true;

	P.plan = dt_plan_make(P.a, &P.reg, P.s.clauses.v, P.s.clauses.n);
	P.cx = dt_lower(P.a, &P.s, P.plan, &features, &P.opts);
	ok = !dt_failed(&P.d);
	for (struct ir_func *f = P.cx->mod->first; f && ok; f = f->next) {
		ok = ir_verify(f, &why);
		if (ok) {
			ir_optimise(f);
			ok = ir_verify(f, &why);
		}
		if (!ok)
			printf("%s\n", why);
	}
	if (getenv("SHOW"))
		ir_print_module(P.cx->mod, stdout);
	CHECK(ok);
	if (!ok || !can_load)
		return ok;
	ok = !dt_kernel_open(&P.k, P.cx->mod, &features);
	for (struct ir_func *f = P.cx->mod->first; f && ok; f = f->next)
		if (f->is_entry) {
			f->image = dt_link(f, &features);
			if (f->image && getenv("SHOW"))
				dt_disasm(f, f->image, stdout);
			ok = f->image && !dt_load(&P.k, f);
		}
	if (!ok)
		dt_diags_render(&P.d, stdout), printf("%s\n", P.k.error ? P.k.error : "");
	CHECK(ok);
	return ok;
}

static void end_prog(void)
{
	if (P.cx && can_load)
		dt_kernel_close(&P.k);
	dt_types_fini(&P.ts);
	dt_arena_free(P.a);
}

static struct ir_func *func_named(const char *name)
{
	for (struct ir_func *f = P.cx->mod->first; f; f = f->next)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

#define MAXREC 64
static unsigned char records[MAXREC][512];
static uint32_t nrecords;

/* All records of a CPU's ring buffer. */
static void drain(int fd, uint32_t size)
{
	unsigned long *cons = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	unsigned char *prod = mmap(NULL, 4096 + 2 * size, PROT_READ, MAP_SHARED, fd, 4096);
	unsigned long at = cons[0], end = *(unsigned long *)prod;

	while (at < end) {
		uint32_t *h = (uint32_t *)(prod + 4096 + (at & (size - 1))),
			 len = h[0] & 0x3fffffff;

		if (!(h[0] >> 30) && nrecords < MAXREC && len <= 512)
			memcpy(records[nrecords++], h + 2, len);
		at += (len + 8 + 7) & ~7ul;
	}
	munmap(cons, 4096);
	munmap(prod, 4096 + 2 * size);
}

static void run_begin(void)
{
	nrecords = 0;
	CHECK(!dt_testrun(&P.k, func_named("BEGIN"), 0));
	if (P.cx->m_ring) /* BEGIN's own, and the first of all if there are more */
		drain(P.cx->m_ring->fd >= 0 ? P.cx->m_ring->fd : P.cx->m_rings->inner_fds[0],
		      P.cx->m_ring->max_entries);
}

static int64_t rec_int(uint32_t rec, uint32_t off)
{
	int64_t v;

	memcpy(&v, records[rec] + off, 8);
	return v;
}

/* Does the integer expression come out as `want` (traced by BEGIN)? */
#define VALUE(want, e)                                                           \
	do {                                                                     \
		begin_prog(false);                                               \
		clause("dtrace", "", "BEGIN", 0);                                \
		trace(e);                                                        \
		if (compile() && can_load) {                                     \
			run_begin();                                             \
			CHECK(nrecords == 1);                                    \
			CHECK(rec_int(0, 8) == (int64_t)(want));                 \
			if (rec_int(0, 8) != (int64_t)(want))                    \
				printf("  is %lld\n", (long long)rec_int(0, 8)); \
		}                                                                \
		end_prog();                                                      \
	} while (0)

/* ------------------------------------------------------------------ cases */

static struct dt_expr *typed(const struct dt_type *t, struct dt_expr *e)
{
	e->type = t;
	return e;
}

static struct dt_expr *cast(const struct dt_type *t, struct dt_expr *e)
{
	struct dt_expr *c = node(E_CAST, t);

	c->a = e;
	return c;
}

static void test_arith(void)
{
	VALUE(12, BIN(OP_ADD, opaque(5), opaque(7)));
	VALUE(-3, BIN(OP_DIV, opaque(-7), opaque(2)));
	VALUE(-1, BIN(OP_MOD, opaque(-7), opaque(2)));
	VALUE(-4, BIN(OP_SHR, opaque(-8), num(1)));
	VALUE((int32_t)0x80000000,
	      typed(P.ts.t_int,
		    BIN(OP_ADD, cast(P.ts.t_int, opaque(0x7fffffff)), cast(P.ts.t_int, num(1)))));
	VALUE(0xfe, cast(P.ts.t_uchar, opaque(-2)));
	VALUE(-2, cast(P.ts.t_schar, opaque(0xfe)));
	VALUE(1, CMP(OP_LT, opaque(-1), opaque(1)));
	VALUE(0, CMP(OP_LT, cast(P.ts.t_ulong, opaque(-1)), cast(P.ts.t_ulong, opaque(1))));
	VALUE(1, op2(E_LOGIC, OP_LAND, P.ts.t_int, opaque(3), opaque(4)));
	VALUE(0, op2(E_LOGIC, OP_LAND, P.ts.t_int, opaque(3), opaque(0)));
	VALUE(1, op2(E_LOGIC, OP_LOR, P.ts.t_int, opaque(0), opaque(9)));
	VALUE(1, op2(E_LOGIC, OP_LXOR, P.ts.t_int, opaque(0), opaque(9)));
	VALUE(~5, op2(E_UNARY, OP_BNOT, P.ts.t_long, opaque(5), NULL));
	VALUE(1, op2(E_UNARY, OP_LNOT, P.ts.t_int, opaque(0), NULL));
}

static struct dt_expr *cond(struct dt_expr *a, struct dt_expr *b, struct dt_expr *c)
{
	struct dt_expr *e = op2(E_COND, OP_NONE, b->type, a, b);

	e->c = c;
	return e;
}

static void test_strings(void)
{
	char comm[16] = "";
	FILE *f = fopen("/proc/self/comm", "r");

	if (f && fscanf(f, "%15[^\n]", comm) != 1)
		comm[0] = 0;
	if (f)
		fclose(f);
	VALUE(1, CMP(OP_EQ, bv(BV_EXECNAME), str(comm)));
	VALUE(0, CMP(OP_EQ, bv(BV_EXECNAME), str("no such thing")));
	VALUE(1, CMP(OP_NE, bv(BV_EXECNAME), str("longer than any command name is")));
	VALUE(1, CMP(OP_EQ, bv(BV_PROBENAME), str("BEGIN")));
	VALUE(1, CMP(OP_LT, str("abc"), str("abd")));
	VALUE(0, CMP(OP_LT, str("abd"), str("abc")));
	VALUE(1, CMP(OP_GT, str("abcdefgh1"), str("abcdefgh")));
	VALUE(1, CMP(OP_LE, str("abc"), str("abc")));
	VALUE(1, CMP(OP_EQ, cond(opaque(1), str("x"), bv(BV_EXECNAME)), str("x")));
	VALUE(1, CMP(OP_EQ, cond(opaque(0), str("x"), str("yy")), str("yy")));

	begin_prog(false);
	clause("dtrace", "", "BEGIN", 0);
	trace(bv(BV_EXECNAME));
	trace(str("a literal that is somewhat longer than eight"));
	trace(bv(BV_PROBENAME));
	if (compile() && can_load) {
		run_begin();
		CHECK(nrecords == 1);
		CHECK_STR((char *)records[0] + 8, comm);
		CHECK_STR((char *)records[0] + 72, "a literal that is somewhat longer than eight");
		CHECK_STR((char *)records[0] + 136, "BEGIN");
	}
	end_prog();
}

static void test_vars(void)
{
	struct dt_var *g, *t, *s, *a, *gs, *ts, *ss, *as;
	struct dt_key k = {0};

	begin_prog(false);
	clause("dtrace", "", "BEGIN", 0);
	g = var(DT_VAR_GLOBAL, "g", P.ts.t_int);
	t = var(DT_VAR_THIS, "t", P.ts.t_long);
	s = var(DT_VAR_SELF, "s", P.ts.t_long);
	a = var(DT_VAR_GLOBAL, "a", P.ts.t_long);
	gs = var(DT_VAR_GLOBAL, "gs", P.ts.t_string);
	ts = var(DT_VAR_THIS, "ts", P.ts.t_string);
	ss = var(DT_VAR_SELF, "ss", P.ts.t_string);
	as = var(DT_VAR_SELF, "as", P.ts.t_string);
	a->is_assoc = as->is_assoc = true;
	k = (struct dt_key){.type = P.ts.t_int, .size = 4};
	dt_vec_push(P.a, &a->keys, k);
	k = (struct dt_key){.type = P.ts.t_string, .size = 32};
	dt_vec_push(P.a, &as->keys, k);

	trace(ref(s)); /* 8: unset, 0 */
	stmt(SET(ref(g), num(7)));
	stmt(SET(ref(t), num(8)));
	stmt(SET(ref(s), num(9)));
	stmt(SET(elem(a, num(5)), num(10)));
	stmt(op2(E_UNARY, OP_POSTINC, P.ts.t_long, elem(a, num(5)), NULL));
	stmt(op2(E_ASSIGN, OP_ADD, P.ts.t_int, ref(g), num(100)));
	stmt(SET(ref(gs), str("global")));
	stmt(SET(ref(ts), ref(gs)));
	stmt(SET(ref(ss), ref(ts)));
	stmt(SET(elem(as, bv(BV_EXECNAME)), ref(ss)));
	trace(ref(g));          /* 16 */
	trace(ref(t));          /* 24 */
	trace(ref(s));          /* 32 */
	trace(elem(a, num(5))); /* 40 */
	trace(elem(a, num(6))); /* 48 */
	stmt(SET(elem(a, num(5)), num(0)));
	stmt(SET(ref(s), num(0)));
	trace(elem(a, num(5)));                                /* 56 */
	trace(ref(s));                                         /* 64 */
	trace(CMP(OP_EQ, elem(as, bv(BV_EXECNAME)), ref(gs))); /* 72 */
	trace(CMP(OP_EQ, elem(as, str("x")), str("")));        /* 80 */
	if (compile() && can_load) {
		static const int64_t want[] = {0, 107, 8, 9, 11, 0, 0, 0, 1, 1};

		run_begin();
		CHECK(nrecords == 1);
		for (int i = 0; i < 10; i++) {
			CHECK(rec_int(0, 8 + 8 * (uint32_t)i) == want[i]);
			if (rec_int(0, 8 + 8 * (uint32_t)i) != want[i])
				printf("  %d is %lld\n", i,
				       (long long)rec_int(0, 8 + 8 * (uint32_t)i));
		}
	}
	end_prog();
}

static const struct dt_cpustats *stats(void)
{
	return P.cx->m_stats->mem;
}

static struct dt_expr *deref(const struct dt_type *t, struct dt_expr *addr, enum dt_space space)
{
	struct dt_expr *e = node(E_DEREF, t);

	e->a = cast(dt_type_ptr(&P.ts, t), addr);
	e->a->space = space;
	return e;
}

static void test_faults(void)
{
	const struct dt_errrec *er = (const void *)records[0];

	/* the first clause faults after reserving: its record is gone; the second goes on */
	begin_prog(false);
	clause("dtrace", "", "BEGIN", 0);
	trace(num(1));
	trace(BIN(OP_DIV, num(1), opaque(0)));
	clause("dtrace", "", "BEGIN", 0);
	P.c->pred = deref(P.ts.t_long, num(64), SP_KERNEL);
	trace(num(2));
	clause("dtrace", "", "BEGIN", 0);
	trace(num(3));
	clause("dtrace", "", "ERROR", 0);
	trace(arg(4));
	if (compile() && can_load) {
		run_begin();
		CHECK(nrecords == 5);
		CHECK(er->h.clause == DT_REC_ERROR && er->clause == 0 &&
		      er->code == DTRACEFLT_DIVZERO);
		CHECK(er->action == 3 && er->pc > 0);
		CHECK(rec_int(1, 8) == DTRACEFLT_DIVZERO);
		er = (const void *)records[2];
		CHECK(er->clause == 1 && er->code == DTRACEFLT_BADADDR && er->addr == 64 &&
		      !er->action);
		CHECK(rec_int(3, 8) == DTRACEFLT_BADADDR);
		CHECK(rec_int(4, 8) == 3);
		CHECK(stats()->emitted == 5 && stats()->errors == 2);
	}
	end_prog();
}

static void test_mask(bool perf)
{
	struct dt_stmt *s;

	begin_prog(perf);
	clause("dtrace", "", "BEGIN", 0);
	P.c->info->conditional = true;
	s = DT_NEW(P.a, struct dt_stmt);
	s->kind = S_IF;
	s->expr = opaque(1);
	s->then = stmt_of(call(&f_trace, P.ts.t_void, num(11)));
	s->otherwise = stmt_of(call(&f_trace, P.ts.t_void, bv(BV_TIMESTAMP)));
	dt_vec_push(P.a, &P.c->body->body, s);
	clause("dtrace", "", "BEGIN", 0); /* runs none of its actions: no record */
	P.c->info->conditional = true;
	s = DT_NEW(P.a, struct dt_stmt);
	s->kind = S_IF;
	s->expr = opaque(0);
	s->then = stmt_of(call(&f_trace, P.ts.t_void, bv(BV_TIMESTAMP)));
	dt_vec_push(P.a, &P.c->body->body, s);
	clause("dtrace", "", "BEGIN", 0); /* default action */
	P.c->info->records = true;
	clause("dtrace", "", "BEGIN", 0);
	trace(CMP(OP_GT, bv(BV_TIMESTAMP), num(0)));
	if (compile() && can_load && !perf) {
		run_begin();
		CHECK(nrecords == 3);
		CHECK(rec_int(0, 8) == 1 && rec_int(0, 16) == 11);
		CHECK(records[1][0] == 2);
		CHECK(rec_int(2, 8) == 1);
		CHECK(stats()->emitted == 3);
	}
	end_prog();
}

static void test_scratch(void)
{
	struct dt_var *p;
	struct dt_expr *e;

	begin_prog(false);
	clause("dtrace", "", "BEGIN", 0);
	p = var(DT_VAR_THIS, "p", dt_type_ptr(&P.ts, P.ts.t_long));
	p->space = SP_SCRATCH;
	e = call(&f_alloca, p->type, num(16));
	e->space = SP_SCRATCH;
	stmt(SET(ref(p), e));
	stmt(SET(deref(P.ts.t_long, typed(p->type, ref(p)), SP_SCRATCH), num(77)));
	trace(deref(P.ts.t_long, typed(p->type, ref(p)), SP_SCRATCH));
	clause("dtrace", "", "BEGIN", 0);
	trace(deref(P.ts.t_long, opaque(8), SP_SCRATCH)); /* the slot's header: not yours */
	if (compile() && can_load) {
		run_begin();
		CHECK(nrecords == 2);
		CHECK(rec_int(0, 8) == 77);
		CHECK(((struct dt_errrec *)records[1])->code == DTRACEFLT_BADADDR);
	}
	end_prog();
}

static void test_builtins(void)
{
	static const enum dt_builtin all[] = {
		BV_PID,        BV_TID,    BV_UID,        BV_GID,       BV_CPU,
		BV_ID,         BV_EPID,   BV_ERRNO,      BV_TIMESTAMP, BV_WALLTIMESTAMP,
		BV_VTIMESTAMP, BV_CALLER, BV_STACKDEPTH, BV_UCALLER,   BV_USTACKDEPTH,
		BV_CURTHREAD,  BV_PPID,
	};
	int64_t want[] = {getpid(), syscall(SYS_gettid), getuid(), getgid(), 0, 1, 1, 0};

	begin_prog(false);
	clause("dtrace", "", "BEGIN", 0);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		trace(bv(all[i]));
	trace(call(&f_stack, P.ts.t_stack, NULL));
	if (compile() && can_load) {
		run_begin();
		CHECK(nrecords == 1);
		for (uint32_t i = 0; i < 8; i++)
			CHECK(rec_int(0, 8 + 8 * i) == want[i]);
		CHECK(rec_int(0, 8 + 8 * 8) > 0);
		CHECK(rec_int(0, 8 + 8 * 16) == getppid());
		CHECK(func_named("vtime_switch") != NULL);
	}
	end_prog();
}

static void test_syscalls(void)
{
	struct dt_agg *g;
	struct dt_key k;
	uint64_t n = 0;
	uint32_t stride;

	begin_prog(false);
	clause("syscall", "getpgid", "entry", SYS_getpgid);
	also("syscall", "getsid", "entry", SYS_getsid);
	aggregate(agg("a", &f_count), NULL, NULL);
	clause("syscall", "getsid", "entry", SYS_getsid);
	g = agg("b", &f_sum);
	aggregate(g, NULL, arg(0));
	clause("syscall", "getsid", "return", SYS_getsid);
	g = agg("c", &f_sum);
	k = (struct dt_key){.type = P.ts.t_string, .size = 16};
	dt_vec_push(P.a, &g->keys, k);
	aggregate(g, bv(BV_EXECNAME), num(1));
	clause("syscall", "getsid", "return", SYS_getsid);
	P.c->pred = CMP(OP_EQ, bv(BV_PID), num(getpid()));
	trace(bv(BV_PROBEFUNC));
	trace(bv(BV_ERRNO));
	clause("syscall", "getpgid", "return", SYS_getpgid);
	P.c->pred = CMP(OP_EQ, bv(BV_PID), num(getpid()));
	trace(bv(BV_PROBEFUNC));
	if (compile() && can_load) {
		for (struct ir_func *f = P.cx->mod->first; f; f = f->next)
			if (f->is_entry)
				CHECK(!dt_attach(&P.k, f, -1));
		((struct dt_state *)P.cx->m_state->mem)->state = DT_ACTIVE;
		for (int i = 0; i < 10; i++)
			getsid(i == 0 ? -1 : 0);
		getpgid(0);
		((struct dt_state *)P.cx->m_state->mem)->state = DT_STOPPED;
		nrecords = 0;
		for (uint32_t c = 0; c < P.cx->m_rings->ninner; c++)
			drain(P.cx->m_rings->inner_fds[c], P.cx->m_rings->inner->max_entries);
		CHECK(nrecords == 11);
		CHECK(!strcmp((char *)records[0] + 8, "getsid") && rec_int(0, 72) == 3);
		CHECK(rec_int(1, 72) == 0);
		CHECK_STR((char *)records[10] + 8, "getpgid");
		stride = P.cx->aggs_stride;
		CHECK(stride % 64 == 0);
		for (uint32_t c = 0; c < P.opts.ncpu; c++)
			n += *(uint64_t *)((char *)P.cx->m_aggs->mem + c * stride + 8);
		CHECK(n >= 11);
		CHECK(P.cx->m_slots->fd < 0); /* nothing here needs one */
	}
	end_prog();
}

static void test_profile(void)
{
	begin_prog(false);
	clause("profile", "", "profile-997", 0);
	trace(bv(BV_EXECNAME));
	trace(call(&f_stack, P.ts.t_stack, NULL));
	if (compile())
		CHECK(func_named("profile_997") != NULL);
	end_prog();
}

static struct dt_expr *member(struct dt_expr *a, const struct dt_member *m)
{
	struct dt_expr *e = node(E_MEMBER, m->type);

	e->a = a;
	e->member = *m;
	return e;
}

static void test_struct(void)
{
	struct dt_type *t;
	struct dt_member m = {.name = "a", .type = NULL};
	struct dt_var *g, *h, *s;
	struct dt_expr *e, *i;

	begin_prog(false);
	clause("dtrace", "", "BEGIN", 0);
	t = dt_type_new_tagged(&P.ts, TY_STRUCT, "two");
	m.type = P.ts.t_int;
	dt_vec_push(P.a, &t->members, m);
	m.name = "bits";
	m.bit_width = 5;
	dt_vec_push(P.a, &t->members, m);
	m.name = "arr";
	m.bit_width = 0;
	m.type = dt_type_array(&P.ts, P.ts.t_long, 4);
	dt_vec_push(P.a, &t->members, m);
	dt_type_complete(&P.ts, t);
	g = var(DT_VAR_GLOBAL, "g", t);
	h = var(DT_VAR_THIS, "h", t);
	s = var(DT_VAR_SELF, "sv", t);
#define MEMBER(x, n) member(ref(x), &t->members.v[n])
	stmt(SET(MEMBER(g, 0), num(5)));
	stmt(SET(MEMBER(g, 1), num(-3)));
	i = opaque(2);
	e = node(E_ELEM, P.ts.t_long);
	e->a = MEMBER(g, 2);
	dt_vec_push(P.a, &e->list, i);
	stmt(SET(e, num(123)));
	stmt(SET(ref(h), ref(g)));
	stmt(SET(ref(s), ref(h)));
	trace(MEMBER(s, 0));
	trace(MEMBER(h, 1));
	e = node(E_ELEM, P.ts.t_long);
	e->a = MEMBER(s, 2);
	dt_vec_push(P.a, &e->list, i);
	trace(e);
	if (compile() && can_load) {
		run_begin();
		CHECK(nrecords == 1);
		CHECK(rec_int(0, 8) == 5);
		CHECK(rec_int(0, 16) == -3);
		CHECK(rec_int(0, 24) == 123);
	}
	end_prog();
}

static void test_llquant(void)
{
	/* factor 10, magnitudes 0..2, 20 steps: 18 buckets a magnitude, 109 + 2 in all */
	CHECK(dt_llquant_nbuckets(10, 0, 2, 20) == 111);
	CHECK(dt_llquant_bucket(10, 0, 2, 20, 0) == 55);
	CHECK(dt_llquant_bucket(10, 0, 2, 20, 1) == 56);
	CHECK(dt_llquant_bucket(10, 0, 2, 20, 9) == 64);
	CHECK(dt_llquant_bucket(10, 0, 2, 20, 10) == 74);
	CHECK(dt_llquant_bucket(10, 0, 2, 20, 999) == 109);
	CHECK(dt_llquant_bucket(10, 0, 2, 20, 1000) == 110);
	CHECK(dt_llquant_bucket(10, 0, 2, 20, -1) == 54);
	CHECK(dt_llquant_bucket(10, 0, 2, 20, INT64_MIN) == 0);
	CHECK(dt_llquant_bucket(2, 0, 62, 2, INT64_MAX) == 2 * 63 + 1);
}

/* What everyday counting costs: no slot, no record, no table of probes. */
static void test_cheap(void)
{
	struct dt_agg *g;
	struct dt_key k = {.size = 16};

	begin_prog(false);
	clause("syscall", "s0", "entry", 0);
	for (int i = 1; i < 80; i++)
		also("syscall", dt_asprintf(P.a, "s%d", i), "entry", (uint64_t)i);
	aggregate(agg("a", &f_count), NULL, NULL);
	if (compile() && can_load && P.plan->progs.v[0]->complete) {
		CHECK(!ir_map_find(P.cx->mod, "probes_syscall_entry"));
		CHECK(!ir_map_find(P.cx->mod, "slots"));
		CHECK(func_named("syscall_entry")->image->insns.n <= 22);
	}
	end_prog();

	begin_prog(false);
	clause("syscall", "getsid", "entry", SYS_getsid);
	g = agg("a", &f_count);
	k.type = P.ts.t_string;
	dt_vec_push(P.a, &g->keys, k);
	aggregate(g, bv(BV_EXECNAME), NULL);
	if (compile() && can_load) {
		CHECK(!ir_map_find(P.cx->mod, "slots"));
		CHECK(func_named("syscall_getsid_entry")->image->insns.n <= 64);
		if (getenv("SHOW"))
			printf("%u\n", func_named("syscall_getsid_entry")->image->insns.n);
	}
	end_prog();
}

/* Many clauses in one program: what the kernel has to verify must not grow out of hand. */
static void test_many(void)
{
	struct dt_var *s = NULL, *a = NULL;
	struct dt_key k = {0};

	begin_prog(false);
	for (int i = 0; i < 60; i++) {
		clause("syscall", i % 3 ? "getsid" : "getpgid", "entry",
		       i % 3 ? SYS_getsid : SYS_getpgid);
		if (!i) {
			s = var(DT_VAR_SELF, "s", P.ts.t_long);
			a = var(DT_VAR_GLOBAL, "a", P.ts.t_string);
			a->is_assoc = true;
			k = (struct dt_key){.type = P.ts.t_string, .size = 32};
			dt_vec_push(P.a, &a->keys, k);
			k = (struct dt_key){.type = P.ts.t_long, .size = 8};
			dt_vec_push(P.a, &a->keys, k);
		}
		P.c->pred = op2(E_LOGIC, OP_LAND, P.ts.t_int,
				CMP(OP_NE, bv(BV_EXECNAME), str("something")),
				CMP(OP_LT, ref(s), num(1000)));
		stmt(op2(E_UNARY, OP_POSTINC, P.ts.t_long, ref(s), NULL));
		struct dt_expr *e = elem(a, bv(BV_EXECNAME));
		dt_vec_push(P.a, &e->list, num(i));
		stmt(SET(e, cond(ref(s), bv(BV_PROBEFUNC), bv(BV_EXECNAME))));
		trace(e);
		trace(BIN(OP_DIV, num(100), ref(s)));
		trace(bv(BV_TIMESTAMP));
	}
	compile();
	end_prog();
}

static void test_all(void)
{
	test_arith();
	test_strings();
	test_vars();
	test_faults();
	test_mask(false);
	test_mask(true);
	test_scratch();
	test_builtins();
	test_syscalls();
	test_profile();
	test_struct();
	test_cheap();
	test_many();
}

int main(void)
{
	cpu_set_t cpu0;

	CPU_ZERO(&cpu0);
	CPU_SET(0, &cpu0); /* where BEGIN is run: so it runs as us */
	sched_setaffinity(0, sizeof(cpu0), &cpu0);
	can_load = geteuid() == 0 && dt_feature(&features, FEAT_RINGBUF);
	if (!can_load)
		SKIP("loading programs needs root");
	test_llquant();
	test_all();
	/* again with what the oldest kernels have */
	features.known[FEAT_ATOMICS] = features.known[FEAT_TASK_STORAGE] = -1;
	features.known[FEAT_SDIV] = -1;
	test_all();
	return check_summary();
}
