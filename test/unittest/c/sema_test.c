/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sema/: programs with the tag they must be refused with (or none), over a mock provider, a mock
 * table of functions and the kernel in miniature of test/unittest/btf; then what checking leaves in
 * the tree.
 */
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "lang/parse.h"
#include "sema/sema.h"

#ifndef BTF_BLOB
#define BTF_BLOB "test/unittest/btf/mini.btf"
#endif

/* ------------------------------------------------------------------ mocks */

static bool scalar_check(struct dt_sema *s, struct dt_expr *call)
{
	struct dt_expr *e = call->list.v[0];

	if (dt_type_is_scalar(e->type))
		return true;
	dt_error(s->diags, e->span, D_AGG_SCALAR, "not scalar");
	return false;
}

static bool trace_check(struct dt_sema *s, struct dt_expr *call)
{
	struct dt_expr *e = call->list.v[0];

	if (dt_type_kind(e->type) != TY_VOID && e->kind != E_AGG)
		return true;
	dt_error(s->diags, e->span, e->kind == E_AGG ? D_TRACE_AGG : D_TRACE_VOID, "void");
	return false;
}

static bool clear_check(struct dt_sema *s, struct dt_expr *call)
{
	return dt_sema_agg(s, call->list.v[0], D_CLEAR_AGGBAD) != NULL;
}

#define FN(n, k, f, r, sg, c)                                                     \
	{                                                                         \
		.name = n, .kind = k, .flags = f, .ret = r, .sig = sg, .check = c \
	}
static const struct dt_func mock_funcs[] = {
	FN("trace", DT_FN_ACTION, DT_FF_RECORD, "void", "e", trace_check),
	FN("printf", DT_FN_ACTION, DT_FF_RECORD, "void", "S*", NULL),
	FN("printa", DT_FN_ACTION, DT_FF_RECORD, "void", "*", NULL),
	FN("exit", DT_FN_ACTION, DT_FF_RECORD | DT_FF_EXIT, "void", "i", NULL),
	FN("raise", DT_FN_ACTION, DT_FF_DESTRUCTIVE, "void", "i", NULL),
	FN("clear", DT_FN_ACTION, DT_FF_RECORD, "void", "@", clear_check),
	FN("speculate", DT_FN_ACTION, DT_FF_SPECULATE, "void", "i", NULL),
	FN("commit", DT_FN_ACTION, DT_FF_COMMIT, "void", "i", NULL),
	FN("stack", DT_FN_ACTION, DT_FF_RECORD | DT_FF_VALUE, "stack", "[n", NULL),
	FN("ustack", DT_FN_ACTION, DT_FF_RECORD | DT_FF_VALUE, "ustack", "[nn", NULL),
	FN("sym", DT_FN_ACTION, DT_FF_RECORD | DT_FF_VALUE, "_symaddr", "p", NULL),
	FN("panic", DT_FN_ACTION, DT_FF_LATER, "void", "", NULL),
	FN("speculation", DT_FN_SUBR, 0, "int", "", NULL),
	FN("alloca", DT_FN_SUBR, 0, "void *", "i", NULL),
	FN("copyin", DT_FN_SUBR, 0, "void *", "pi", NULL),
	FN("copyinstr", DT_FN_SUBR, 0, "string", "p[i", NULL),
	FN("bcopy", DT_FN_SUBR, 0, "void", "ppi", NULL),
	FN("strlen", DT_FN_SUBR, 0, "size_t", "s", NULL),
	FN("strjoin", DT_FN_SUBR, 0, "string", "ss", NULL),
	FN("rand", DT_FN_SUBR, 0, "int", "", NULL),
	FN("defined", DT_FN_SUBR, DT_FF_TEST, "int", "e", NULL),
	FN("count", DT_FN_AGG, 0, "void", "", NULL),
	FN("sum", DT_FN_AGG, 0, "void", "e", scalar_check),
	FN("quantize", DT_FN_AGG, 0, "void", "i[i", NULL),
	FN("lquantize", DT_FN_AGG, 0, "void", "enn[ni", NULL),
	FN("llquantize", DT_FN_AGG, 0, "void", "ennnn[i", NULL),
};

const struct dt_func *const dt_funcs[] = {NULL};

const struct dt_func *dt_func_find(const char *name)
{
	for (size_t i = 0; i < sizeof(mock_funcs) / sizeof(mock_funcs[0]); i++)
		if (!strcmp(mock_funcs[i].name, name))
			return &mock_funcs[i];
	return NULL;
}

/* mock:m:f:entry (int, userland char *, size_t), :return (int); mock:m:g:entry (struct task_struct
 * *); dtrace:::BEGIN (). mock:x:t:go and mock:x:u:go: a translated struct out *, from arg1 and from
 * arg0, of two types; a string from arg0, and an int from arg3. */
static int mock_args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		     struct dt_argdesc *out, int max)
{
	(void)r;
	(void)max;
	if (!strcmp(pr->prov, "dtrace"))
		return 0;
	if (!strcmp(pr->func, "g")) {
		out[0].type = dt_type_ptr(ts, dt_types_lookup(ts, NULL, TY_STRUCT, "task_struct"));
		return 1;
	}
	if (!strcmp(pr->func, "t") || !strcmp(pr->func, "u")) {
		const struct dt_type *t = dt_types_lookup(ts, "D", TY_STRUCT, "out");
		bool is_t = !strcmp(pr->func, "t");

		if (!t)
			return dt_registry_error(r, -2, "there is no struct out");
		out[0].type = dt_type_ptr(ts, t);
		out[0].native = dt_type_ptr(
			ts, dt_types_lookup(ts, NULL, TY_STRUCT, is_t ? "task_struct" : "cred"));
		out[0].mapping = is_t;
		out[1].type = ts->t_string;
		out[1].native = dt_type_uptr(ts, ts->t_char);
		out[2].type = out[2].native = ts->t_int;
		out[2].mapping = 3;
		return 3;
	}
	out[0].type = ts->t_int;
	if (!strcmp(pr->name, "return"))
		return 1;
	out[1].type = dt_type_uptr(ts, ts->t_char);
	out[2].type = ts->t_size;
	return 3;
}

static const struct dt_provider mock_provider = {.name = "mock", .args = mock_args};
static struct dt_probe mock_probes[] = {
	{.id = 1, .prov = "dtrace", .mod = "", .func = "", .name = "BEGIN"},
	{.id = 10, .prov = "mock", .mod = "m", .func = "f", .name = "entry"},
	{.id = 11, .prov = "mock", .mod = "m", .func = "f", .name = "return"},
	{.id = 12, .prov = "mock", .mod = "m", .func = "g", .name = "entry"},
	{.id = 13, .prov = "mock", .mod = "x", .func = "t", .name = "go"},
	{.id = 14, .prov = "mock", .mod = "x", .func = "u", .name = "go"},
	{.id = 15, .prov = "usdt77", .mod = "x", .func = "v", .name = "it-went"},
};
const struct dt_provider *const dt_providers[] = {&mock_provider, NULL};

void dt_registry_init(struct dt_registry *r, struct dt_arena *a)
{
	memset(r, 0, sizeof(*r));
	r->arena = a;
}

struct dt_probe *dt_probe_add(struct dt_registry *r, const struct dt_provider *p, uint32_t id,
			      const char *prov, const char *mod, const char *func, const char *name,
			      uint64_t priv)
{
	(void)r, (void)p, (void)id, (void)prov, (void)mod, (void)func, (void)name, (void)priv;
	return NULL;
}

int dt_registry_error(struct dt_registry *r, int err, const char *fmt, ...)
{
	r->error = fmt;
	return err;
}

static bool field(const char *pat, const char *s)
{
	return !*pat || !strcmp(pat, "*") || !strcmp(pat, s);
}

int dt_registry_match(struct dt_registry *r, const char *prov, const char *mod, const char *func,
		      const char *name, uint32_t id, bool listing, dt_probe_cb *cb, void *arg)
{
	int n = 0;

	(void)listing;
	if (!strcmp(prov, "bad"))
		return dt_registry_error(r, -22, "the provider refuses it");
	for (size_t i = 0; i < sizeof(mock_probes) / sizeof(mock_probes[0]); i++) {
		struct dt_probe *p = &mock_probes[i];

		p->provider = &mock_provider;
		if (id ? p->id != id
		       : !field(prov, p->prov) || !field(mod, p->mod) || !field(func, p->func) ||
				    !field(name, p->name))
			continue;
		n++;
		if (cb(arg, p))
			break;
	}
	return n;
}

static uint64_t mock_symbol(void *ctx, const char *module, const char *name)
{
	(void)ctx;
	if (module && strcmp(module, "vmlinux"))
		return 0;
	return !strcmp(name, "init_task") || !strcmp(name, "jiffies_like") ||
			       !strcmp(name, "heads") || !strcmp(name, "do_thing") ||
			       !strcmp(name, "untyped")
		       ? 0xffffffff81000000
		       : 0;
}

/* ------------------------------------------------------------------ running */

struct run {
	struct dt_arena *a;
	struct dt_types ts;
	struct dt_registry reg;
	struct dt_diags diags;
	struct dt_sema s;
	struct dt_program *prog;
};

static bool is_type(void *ctx, const char *module, const char *name)
{
	return dt_sema_is_type(&((struct run *)ctx)->s, module, name);
}

static bool run_add(struct run *r, const char *text)
{
	struct dt_parse_opts po = {.rightmost = DT_PD_NAME, .is_type = is_type, .ctx = r};
	struct dt_source *src = dt_source_add(&r->diags, DT_SRC_SCRIPT, "t.d", text, strlen(text));

	r->prog = dt_parse(&r->diags, src, &po);
	return !dt_failed(&r->diags) && dt_sema_program(&r->s, r->prog);
}

static bool run_start(struct run *r, const char *text)
{
	static const struct dt_btf_opts bo = {.vmlinux = BTF_BLOB};

	memset(r, 0, sizeof(*r));
	r->a = dt_arena_new();
	dt_types_init(&r->ts, r->a, 256, &bo);
	dt_diags_init(&r->diags, r->a);
	dt_registry_init(&r->reg, r->a);
	dt_sema_init(&r->s, r->a, &r->diags, &r->ts, &r->reg);
	r->s.symbol = mock_symbol;
	return run_add(r, text) && dt_sema_finish(&r->s);
}

static void run_end(struct run *r)
{
	dt_types_fini(&r->ts);
	dt_arena_free(r->a);
}

#define OK      (-1)
#define E(body) "dtrace:::BEGIN { " body " }"
#define F(body) "mock:m:f:entry { " body " }"
#define G(body) "mock:m:g:entry { " body " }"
#define X(rest)                                                                               \
	"struct in { int x; char *y; char c[8]; }; struct part { int q; };"                   \
	"struct out { int a; string s; char c[8]; struct part p; struct in *i; long b : 3; };" \
	"translator struct part < int N > { q = N * 2; };" rest
#define XT(members) "translator struct out < struct in *I > { " members " };"
#define XE(body)    X(XT("a = I->x; s = stringof(I->y); c = I->c; p = xlate <struct part>(I->x);"  \
			 "i = I; b = I->x;")) E(body)
#define XA                                                                                    \
	X("translator struct out < struct task_struct *T > { a = T->pid; s = T->comm; };"      \
	  "translator struct out < struct cred *C > { a = C->uid; s = \"cred\"; };")

static const struct {
	const char *text;
	int tag;
} rows[] = {
	/* probes and predicates */
	{"dtrace:::BEGIN {}", OK},
	{"dtrace:::BEGIN", D_SYNTAX},
	{"mock:::entry, mock:m:f:return { trace(probefunc); }", OK},
	{"nope:::BEGIN { trace(1); }", D_PDESC_ZERO},
	{"bad:::x { trace(1); }", D_PDESC_INVAL},
	{"dtrace:::BEGIN /pid == 1/ { trace(1); }", OK},
	{"dtrace:::BEGIN /execname/ { trace(1); }", D_PRED_SCALAR},
	{"dtrace:::BEGIN /exit(1)/ { trace(1); }", D_CG_EXPR},
	{"mock:m:g:entry /args[0]->comm == \"x\"/ { trace(1); }", OK},
	/* identifiers */
	{E("trace(nosuch);"), D_IDENT_UNDEF},
	{E("trace(self->nosuch);"), D_VAR_UNDEF},
	{E("trace(this->nosuch);"), D_VAR_UNDEF},
	{E("trace(nosuch[1]);"), D_VAR_UNDEF},
	{E("trace(self->nosuch[1]);"), D_VAR_UNDEF},
	{E("x = x + 1;"), D_IDENT_UNDEF},
	{E("self->x = self->x + 1;"), D_VAR_UNDEF},
	{E("x++; self->y++; this->z--; ++w[pid];"), OK},
	{E("x += 5; self->n[pid] += 2;"), OK},
	{E("pid = 1;"), D_OP_WRITE},
	{E("arg0 = 1;"), D_OP_WRITE},
	{E("arg0++;"), D_OP_WRITE},
	{E("EINVAL = 1;"), D_OP_WRITE},
	{E("trace(EINVAL); trace(SIGINT); trace(NULL); trace(DTRACEFLT_DIVZERO);"), OK},
	{E("trace(arg0 + arg9); trace(timestamp); trace(walltimestamp); trace(uid);"), OK},
	{E("trace(arg10);"), D_IDENT_UNDEF},
	{E("trace(strlen);"), D_IDENT_BADREF},
	{E("trace(uregs);"), D_IDENT_BADREF},
	{E("trace(uregs[R_RIP]); trace(uregs[arg0]);"), OK},
	{E("trace(uregs[1000]);"), D_UNKNOWN},
	{E("trace(uregs[\"x\"]);"), D_PROTO_ARG},
	{E("trace(curcpu->cpu_id); trace(cpu);"), OK},
	{E("trace(curcpu->nope);"), D_TYPE_MEMBER},
	{E("trace(STATE_RUNNING);"), OK},
	{E("trace(curthread->pid); trace(curthread->real_parent->comm);"), OK},
	{E("trace(curthread->st == STATE_DEAD);"), OK},
	{E("trace(STATE_DEAD == curthread->st);"), OK},
	{E("STATE_DEAD = 1; trace(curthread->st == STATE_DEAD);"), D_IDENT_AMBIG},
	/* args */
	{F("trace(args[0]); trace(stringof(args[1])); trace(args[2]);"), OK},
	{F("trace(args[3]);"), D_ARGS_IDX},
	{F("trace(args[-1]);"), D_ARGS_IDX},
	{F("trace(args[arg0]);"), D_PROTO_ARG},
	{F("trace(args[0,1]);"), D_PROTO_LEN},
	{"mock::: { trace(args[0]); }", D_ARGS_MULTI},
	{"mock:m:f: { trace(args[0]); }", OK},
	{"mock:m:f: { trace(args[1]); }", D_ARGS_MULTI},
	{E("trace(args[0]);"), D_ARGS_IDX},
	{"inline int i = args[0];", D_ARGS_NONE},
	{F("args[0] = 1;"), D_OP_WRITE},
	/* translators: GRM-18 */
	{X(XT("")) E("trace(1);"), OK},
	{XE("trace(1);"), OK},
	{"translator int < int N > { };" E("trace(1);"), D_XLATE_SOU},
	{"translator struct nosuch < int N > { };" E("trace(1);"), D_XLATE_SOU},
	{X("translator struct out < void V > { };") E("trace(1);"), D_XLATE_INCOMPAT},
	{X(XT("zz = 1;")) E("trace(1);"), D_XLATE_MEMB},
	{X(XT("a = 1; a = 2;")) E("trace(1);"), D_XLATE_REDECL},
	{X(XT("") XT("a = 1;")) E("trace(1);"), D_XLATE_REDECL},
	{X(XT("a = \"x\";")) E("trace(1);"), D_XLATE_INCOMPAT},
	{X(XT("s = 5;")) E("trace(1);"), D_XLATE_INCOMPAT},
	{X(XT("p = I->x;")) E("trace(1);"), D_XLATE_INCOMPAT},
	{X(XT("i = xlate <struct part *>(I->x);")) E("trace(1);"), D_XLATE_INCOMPAT},
	{X(XT("a = I->nope;")) E("trace(1);"), D_TYPE_MEMBER},
	{X(XT("a = nope;")) E("trace(1);"), D_IDENT_UNDEF},
	{X(XT("a = args[0];")) E("trace(1);"), D_ARGS_NONE},
	{X("translator struct out < struct in I > { a = I.x; c = I.c; };")
		 E("trace(xlate <struct out>(*(struct in *)arg0).a);"),
	 OK},
	/* xlate: GRM-19 */
	{XE("trace(xlate <struct out>((struct in *)arg0).a);"), OK},
	{XE("trace(xlate <struct out *>((struct in *)arg0)->s);"), OK},
	{XE("trace((*xlate <struct out *>((struct in *)arg0)).p.q);"), OK},
	{XE("trace(xlate <struct out *>((struct in *)arg0)->i->x);"), OK},
	{XE("trace(xlate <struct out *>((struct in *)arg0)->c[1]);"), OK},
	{XE("trace((arg1 ? xlate <struct out *>((struct in *)arg0) :"
	    "xlate <struct out *>((struct in *)arg2))->a);"),
	 OK},
	{XE("trace((1, xlate <struct out *>((struct in *)arg0))->a);"), OK},
	{XE("x = xlate <struct part>(this->n = 5).q;"), OK},
	{XE("trace(xlate <struct part>((char)arg0).q);"), OK},
	{XE("trace(xlate <struct part *>((struct in *)arg0)->q);"), D_XLATE_NONE},
	{XE("trace(xlate <struct out *>((void *)arg0)->a);"), D_XLATE_NONE},
	{XE("trace(xlate <int>(5).q);"), D_XLATE_SOU},
	{XE("trace(xlate <struct nosuch *>(5)->q);"), D_XLATE_SOU},
	{XE("trace(xlate <struct out *>((struct in *)arg0)->nope);"), D_TYPE_MEMBER},
	{X(XT("")) E("trace(xlate <struct out *>((struct in *)arg0)->a);"), D_XLATE_NOCONV},
	{XE("trace(xlate <struct out *>((struct in *)arg0).a);"), D_OP_SOU},
	{XE("trace(xlate <struct out>((struct in *)arg0)->a);"), D_OP_PTR},
	{XE("xlate <struct out>((struct in *)arg0);"), D_CG_DYN},
	{XE("x = xlate <struct out *>((struct in *)arg0);"), D_OP_DYN},
	{XE("trace(xlate <struct out *>((struct in *)arg0) + 1);"), D_OP_DYN},
	{XE("trace(!xlate <struct out *>((struct in *)arg0));"), D_OP_DYN},
	{XE("trace(xlate <struct out *>((struct in *)arg0) ? 1 : 2);"), D_OP_DYN},
	{XE("trace(sizeof (xlate <struct out>((struct in *)arg0)));"), D_SIZEOF_TYPE},
	{XE("trace(&xlate <struct out>((struct in *)arg0));"), D_ADDROF_VAR},
	{XE("trace(&xlate <struct out>((struct in *)arg0).b);"), D_ADDROF_LVAL},
	{XE("trace(stringof(xlate <struct out>((struct in *)arg0)));"), D_STRINGOF_TYPE},
	{XE("trace((int)xlate <struct out *>((struct in *)arg0));"), D_CAST_INVAL},
	{XE("@[xlate <struct out *>((struct in *)arg0)] = count();"), D_KEY_TYPE},
	{XE("xlate <struct out *>((struct in *)arg0)->a = 1;"), D_OP_LVAL},
	{"dtrace:::BEGIN /xlate <struct nosuch>(1)/ { }", D_XLATE_SOU},
	{"struct loop { int a; }; translator struct loop < int N > { a = xlate <struct loop>(N).a; };"
	 E("trace(1);"),
	 D_SYNTAX},
	{X(XT("a = I->x;") "inline struct out *here = xlate <struct out *>((struct in *)arg0);")
		 E("trace(here->a);"),
	 OK},
	{X(XT("a = I->x;") "inline struct out at[int n] = xlate <struct out>((struct in *)arg0 + n);")
		 E("trace(at[3].a);"),
	 OK},
	{X(XT("") "inline struct part *here = xlate <struct out *>((struct in *)arg0);")
		 E("trace(1);"),
	 D_OP_INCOMPAT},
	/* args[] that are translated: GRM-20 */
	{"mock:x:t:go { trace(args[0]->a); }", D_ARGS_TYPE},
	{X("mock:x:t:go { trace(args[0]->a); }"), D_ARGS_XLATOR},
	{XA "mock:x:t:go { trace(args[0]->a); trace(args[1]); trace(args[2]); }", OK},
	{XA "mock:x::go { trace(args[0]->a); trace(args[0]->s); trace(args[1]); }", OK},
	{XA "mock:x::go { trace(args[0]->nope); }", D_TYPE_MEMBER},
	{XA "mock:x:t:go { x = args[0]; }", D_OP_DYN},
	{XA "mock:x:t:go { args[0]; }", D_CG_DYN},
	{XA "mock:x:t:go, mock:m:f:entry { trace(args[0]); }", D_ARGS_MULTI},
	/* declared providers: GRM-21, GRM-22 */
	{"provider usdt { probe it__went(int a, char *b); };"
	 "usdt77:::it-went { trace(args[0]); trace(args[1]); }",
	 OK},
	{X(XT("a = I->x;") "provider usdt { probe it__went(int a, struct in *b) : (struct out *b, int a); };"
			   "usdt77:::it-went { trace(args[0]->a + args[1]); }"),
	 OK},
	{"provider usdt { probe it__went(void); }; usdt77:::it-went { trace(args[0]); }",
	 D_ARGS_IDX},
	{"usdt77:::it-went { trace(args[0]); }", OK},
	{"provider p { probe a(int); probe a(int); };", D_PROV_PRDUP},
	{"provider p { probe a(int); }; provider p { probe a(long); };", D_PROV_INCOMPAT},
	{"provider p { probe a(int); }; provider p { probe a(int); };", OK},
	{"provider mock { probe a(int); };", D_PROV_INCOMPAT},
	{X("provider p { probe a(int x) : (struct out *x); };"), D_PROV_PRXLATOR},
	{"provider p { probe a(int x) : (int x, int y); };", D_PROV_PRXLATOR},
	{"provider p { probe a(struct nosuch_t x : 3); };", D_SYNTAX},
	/* stability and versions of what a program defines: PRG-06 to PRG-08, PRG-11, PRG-12 */
	{"#pragma D attributes Evolving/Evolving/Common x\nint x;" E("x = 1;"), OK},
	{"#pragma D attributes Evolving/Evolving/Common x\n" E("x = 1;"), OK},
	{"inline int i = 1;\n#pragma D attributes Private/Private/Unknown j\ninline int j = pid;"
	 E("trace(i + j);"),
	 OK},
	{"#pragma D binding \"1.0\" i\ninline int i = 1;" E("trace(i);"), OK},
	{"#pragma D attributes Evolving/Evolving/Common nosuch\n" E("trace(1);"), D_PRAGMA_UNUSED},
	{"#pragma D binding \"1.0\" nosuch\n" E("trace(1);"), D_PRAGMA_UNUSED},
	{"#pragma D attributes Evolving/Evolving/Common pid\n" E("trace(1);"), D_PRAGMA_SCOPE},
	{"#pragma D attributes Evolving/Evolving/Common trace\n" E("trace(1);"), D_PRAGMA_SCOPE},
	{"#pragma D attributes Evolving/Evolving/Common provider mock name\n" E("trace(1);"),
	 D_PRAGMA_SCOPE},
	{"#pragma D attributes Evolving/Evolving/Common provider nosuch args\n" E("trace(1);"),
	 D_PRAGMA_UNUSED},
	{"provider usdt { probe it__went(int); };\n"
	 "#pragma D attributes Evolving/Evolving/Common provider usdt provider\n"
	 "usdt77:::it-went { trace(args[0]); }",
	 OK},
	/* defined() */
	{E("trace(defined(curthread->pid) ? curthread->pid : curthread->nope);"), OK},
	{E("trace(defined(curthread->nope) ? curthread->nope : curthread->pid);"), OK},
	{E("trace(!defined(nope) && defined(pid) ? 1 : nope);"), OK},
	{E("trace(defined(nope) || 1 ? 1 : nope);"), D_IDENT_UNDEF},
	{E("if (defined(nope)) { trace(nope); } else if (!defined(nope)) trace(1);"), OK},
	{E("trace(1 ? 1 : nope);"), D_IDENT_UNDEF},
	{E("trace(defined());"), D_PROTO_LEN},
	{E("trace(defined(sizeof (struct nosuch)) ? 1 : 2);"), OK},
	/* operators */
	{E("trace(1 + 2 * 3 - 4 / 2 % 7 & 3 | 4 ^ 5 << 2 >> 1);"), OK},
	{E("trace(\"a\" + 1);"), D_OP_INCOMPAT},
	{E("trace(\"a\" * 2);"), D_OP_ARITH},
	{E("trace(-\"a\");"), D_OP_ARITH},
	{E("trace(~\"a\");"), D_OP_INT},
	{E("trace(\"a\" % 2);"), D_OP_INT},
	{E("trace(1 << \"a\");"), D_OP_INT},
	{E("trace(\"a\" && 1);"), D_OP_SCALAR},
	{E("trace(!\"a\");"), OK},
	{E("trace(!curthread->tasks);"), D_OP_SCALAR},
	{E("trace(execname == \"a\" || execname < \"b\" || execname != NULL);"), OK},
	{E("trace(execname == 1);"), D_OP_INCOMPAT},
	{E("trace(curthread == 1);"), D_OP_INCOMPAT},
	{E("trace(curthread == NULL && curthread != 0);"), OK},
	{G("trace(curthread == args[0]); trace(args[0] < curthread);"), OK},
	{E("trace(curthread->comm == \"x\"); trace(\"x\" != curthread->comm);"), OK},
	{E("trace(curthread == \"x\");"), D_OP_INCOMPAT},
	{E("trace(1 / 0);"), D_DIV_ZERO},
	{E("trace(arg0 % (1 - 1));"), D_DIV_ZERO},
	{E("x = 1; x /= 0;"), D_DIV_ZERO},
	{E("trace(curthread + 1); trace(1 + curthread); trace(curthread - curthread);"), OK},
	{E("trace(1 - curthread);"), D_OP_INCOMPAT},
	{E("trace(curthread + curthread);"), D_OP_INCOMPAT},
	{E("trace((void *)0 + 1);"), D_OP_VFPTR},
	{E("trace(curthread->handler + 1);"), D_OP_VFPTR},
	{E("trace(curthread->fwd + 1);"), D_OP_INCOMPLETE},
	{E("trace(curthread->load + 1);"), D_OP_ARITH},
	{E("trace(arg0 ? 1 : 2); trace(arg0 ? \"a\" : execname); trace(arg0 ? curthread : 0);"),
	 OK},
	{E("trace(arg0 ? 1 : \"a\");"), D_OP_INCOMPAT},
	{E("trace(\"a\" ? 1 : 2);"), D_OP_SCALAR},
	{E("arg0 ? trace(1) : trace(2);"), D_OP_ACT},
	{E("x = trace(1);"), D_CG_EXPR},
	{E("trace(trace(1));"), D_CG_EXPR},
	{E("x = count();"), D_CG_EXPR},
	{E("1 = 2;"), D_OP_LVAL},
	{E("arg0 + 1 = 2;"), D_OP_LVAL},
	{E("curthread->pid = 1;"), D_OP_LVAL},
	{E("*curthread = 1;"), D_OP_LVAL},
	{E("`init_task.pid = 1;"), D_OP_LVAL},
	{E("1++;"), D_OP_LVAL},
	{E("x = 1; x = \"a\";"), D_OP_INCOMPAT},
	{E("x = \"a\"; x = 1;"), D_OP_INCOMPAT},
	{E("x = \"a\"; x = 0; self->s = execname; self->s = NULL;"), OK},
	{E("x = bcopy(0, 0, 1);"), D_OP_INCOMPAT},
	{E("x = 1, y = x;"), OK},
	/* pointers and members */
	{E("trace(*curthread->real_parent->comm);"), OK},
	{E("trace(*arg0);"), D_DEREF_NONPTR},
	{E("trace(*(void *)arg0);"), D_DEREF_VOID},
	{E("trace(*curthread->handler);"), D_DEREF_FUNC},
	{E("trace(arg0->x);"), D_OP_PTR},
	{E("trace(((int *)arg0)->x);"), D_OP_SOU},
	{E("trace(curthread.pid);"), D_OP_SOU},
	{E("trace(curthread->nope);"), D_TYPE_MEMBER},
	{E("trace(curthread->fwd->x);"), D_OP_INCOMPLETE},
	{E("trace(*curthread->fwd);"), D_OP_INCOMPLETE},
	{E("trace(curthread->tasks.next->prev); trace(curthread->level); trace(curthread->high);"),
	 OK},
	{E("trace(curthread->comm[3]); trace(curthread->matrix[1][2]); "
	   "trace(curthread->flex->data[99]);"),
	 OK},
	{E("trace(curthread->comm[16]);"), D_ARR_BOUNDS},
	{E("trace(curthread->matrix[1][3]);"), D_ARR_BOUNDS},
	{E("trace(curthread->comm[-1]);"), D_ARR_BOUNDS},
	{E("trace(curthread->comm[\"a\"]);"), D_OP_INCOMPAT},
	{E("trace(curthread->comm[1, 2]);"), D_ARR_BADREF},
	{E("trace(&curthread->pid); trace(&`init_task); trace(&curthread->comm[2]);"), OK},
	{E("x = 1; trace(&x);"), D_ADDROF_VAR},
	{E("trace(&pid);"), D_ADDROF_VAR},
	{E("trace(&1);"), D_ADDROF_LVAL},
	{E("trace(&curthread->level);"), D_ADDROF_BITFIELD},
	{E("trace(sizeof (struct task_struct)); trace(sizeof (int)); trace(sizeof (string));"), OK},
	{E("trace(sizeof (void));"), D_SIZEOF_TYPE},
	{E("trace(sizeof (struct nowhere));"), D_SIZEOF_TYPE},
	{E("trace(sizeof (curthread->level));"), D_SIZEOF_BITFIELD},
	{E("trace(offsetof(struct task_struct, comm));"), OK},
	{E("trace(offsetof(struct task_struct, level));"), D_OFFSETOF_BITFIELD},
	{E("trace(offsetof(int, x));"), D_OFFSETOF_TYPE},
	{E("trace(offsetof(struct task_struct, nope));"), D_TYPE_MEMBER},
	{E("trace(stringof(arg0)); trace(stringof(curthread->comm)); trace(stringof(execname));"),
	 OK},
	{F("trace(stringof(copyin(arg1, 10)));"), OK},
	{E("trace(stringof(curthread->tasks));"), D_STRINGOF_TYPE},
	{E("trace(stringof(curthread));"), D_STRINGOF_TYPE},
	{E("trace((int)arg0); trace((char *)arg0); trace((uint64_t)curthread); "
	   "trace((string)curthread->comm);"),
	 OK},
	{E("trace((struct task_struct)arg0);"), D_CAST_INVAL},
	{E("trace((int)\"a\");"), D_CAST_INVAL},
	{E("trace((string)arg0);"), D_CAST_INVAL},
	{E("trace((int)curthread->tasks);"), D_CAST_INVAL},
	{E("trace(((struct task_struct *)arg0)->pid); trace((u64)1); trace((struct "
	   "vmlinux`list_head *)arg0);"),
	 OK},
	/* symbols */
	{E("trace(`jiffies_like); trace(vmlinux`init_task.pid); trace(`heads[0]->next);"), OK},
	{E("trace(`nosuch);"), D_IDENT_UNDEF},
	{E("trace(nomod`init_task);"), D_IDENT_UNDEF},
	{E("trace(`untyped);"), D_SYM_NOTYPES},
	{"extern int untyped; " E("trace(`untyped); trace(untyped);"), OK},
	{"extern int missing; " E("trace(missing);"), D_ASRELO},
	{E("trace(`heads[4]);"), D_ARR_BOUNDS},
	/* variables */
	{"int x; int x; " E("trace(x);"), OK},
	{"int x; string x;", D_DECL_IDRED},
	{"int pid;", D_DECL_IDRED},
	{"int a[int]; int a[string];", D_DECL_IDRED},
	{"self int x; this string s; " E("trace(self->x); trace(this->s);"), OK},
	{"self int x; self string x;", D_DECL_IDRED},
	{"this int x[int];", D_DECL_LOCASSC},
	{E("this->x[1] = 2;"), D_ARR_LOCAL},
	{"this int a[4]; " E("this->a[1] = 2; trace(this->a[3]);"), OK},
	{"int a[4]; " E("a[4] = 2;"), D_ARR_BOUNDS},
	{E("x[1] = 2; x[2] = 3; trace(x[pid]);"), OK},
	{E("x[1, \"a\"] = 2; trace(x[1]);"), D_PROTO_LEN},
	{E("x[1] = 2; x[\"a\"] = 2;"), D_PROTO_ARG},
	{E("x[1] = 2; trace(x);"), D_IDENT_BADREF},
	{E("x = 1; trace(x[1]);"), D_IDENT_BADREF},
	{E("x = 1; x[1] = 2;"), D_IDENT_BADREF},
	{E("x = curthread; trace(x[1, 2]);"), D_ARR_BADREF},
	{E("x[curthread->tasks] = 1;"), D_KEY_TYPE},
	{"int a[string, int]; " E("a[execname, 1] = 1; trace(a[\"x\", arg0]);"), OK},
	{"int a[string]; " E("a[1] = 1;"), D_PROTO_ARG},
	{E("x[1] = \"a\"; x[1] = 0; trace(x[1]);"), OK},
	{"struct s { int a; char b[4]; }; struct s v; struct s w; " E(
		 "v.a = 1; w = v; trace(w.a); v.b[1] = 2;"),
	 OK},
	{"struct s { int a; }; struct t { int a; }; struct s v; struct t w; " E("v = w;"),
	 D_OP_INCOMPAT},
	{E("p = (int *)alloca(8); *p = 3; p[1] = 4; trace(*p);"), OK},
	{E("p = alloca(8); p = curthread;"), D_ALLOCA_INCOMPAT},
	{E("p = curthread; p = alloca(8);"), D_ALLOCA_INCOMPAT},
	{E("p = alloca(8); p = NULL;"), OK},
	{E("trace(arg0 ? alloca(8) : (void *)curthread);"), D_OP_INCOMPAT},
	{E("self->s = stack(); trace(self->s);"), OK},
	/* aggregations */
	{E("@ = count(); @a = sum(1); @b[execname, pid] = count();"), OK},
	{E("@a[stack(), sym(arg0), ustack(5)] = count();"), OK},
	{E("@a = 1;"), D_AGG_FUNC},
	{E("@a = strlen(\"x\");"), D_AGG_FUNC},
	{E("@a = nosuch();"), D_FUNC_UNDEF},
	{E("@a;"), D_AGG_NULL},
	{E("@a[1][2] = count();"), D_AGG_MDIM},
	{E("@a = count(); @a = sum(1);"), D_AGG_REDEF},
	{E("@a = sum(\"x\");"), D_AGG_SCALAR},
	{E("@a = quantize(\"x\");"), D_AGG_SCALAR},
	{E("@a[1] = count(); @a[1, 2] = count();"), D_PROTO_LEN},
	{E("@a[1] = count(); @a = count();"), D_PROTO_LEN},
	{E("@a[1] = count(); @a[\"x\"] = count();"), D_PROTO_ARG},
	{E("@a[1] = count(); @a[timestamp] = count(); @a[(char)1] = count();"), OK},
	{E("@a[curthread->tasks] = count();"), D_KEY_TYPE},
	{E("@a[bcopy(0, 0, 1)] = count();"), D_KEY_TYPE},
	{E("@a[curthread->comm] = count(); @a[\"x\"] = count();"), OK},
	{E("@a[exit(1)] = count();"), D_CG_EXPR},
	{E("x = @a;"), D_OP_DYN},
	{E("@a = count(); trace(@a);"), D_TRACE_AGG},
	{E("clear(@a);"), D_CLEAR_AGGBAD},
	{E("@a = count(); clear(@a);"), OK},
	{E("clear(1);"), D_PROTO_ARG},
	{E("@a = lquantize(arg0, 0, 10); @a = lquantize(arg0, 0, 10, 1);"), OK},
	{E("@a = lquantize(arg0, 0, 10); @a = lquantize(arg0, 1, 10);"), D_LQUANT_MATCHBASE},
	{E("@a = lquantize(arg0, 0, 10); @a = lquantize(arg0, 0, 11);"), D_LQUANT_MATCHLIM},
	{E("@a = lquantize(arg0, 0, 10, 2); @a = lquantize(arg0, 0, 10, 5);"), D_LQUANT_MATCHSTEP},
	{E("@a = llquantize(arg0, 10, 0, 6, 20); @a = llquantize(arg0, 2, 0, 6, 20);"),
	 D_LLQUANT_MATCHFACTOR},
	{E("@a = llquantize(arg0, 10, 0, 6, 20); @a = llquantize(arg0, 10, 0, 6, 10);"),
	 D_LLQUANT_MATCHSTEPS},
	/* calls */
	{E("nosuch(1);"), D_FUNC_UNDEF},
	{E("panic();"), D_FUNC_UNDEF},
	{E("pid(1);"), D_FUNC_IDKIND},
	{E("(1)(2);"), D_FUNC_IDENT},
	{E("exit();"), D_PROTO_LEN},
	{E("exit(1, 2);"), D_PROTO_LEN},
	{E("exit(\"a\");"), D_PROTO_ARG},
	{E("trace(strlen(1));"), D_PROTO_ARG},
	{E("trace(strlen(\"a\")); trace(strlen(curthread->comm)); trace(strjoin(execname, "
	   "\"x\"));"),
	 OK},
	{E("printf(arg0);"), D_PROTO_ARG},
	{E("printf(\"%d %s\", 1, execname, stack());"), OK},
	{E("stack(arg0);"), D_PROTO_ARG},
	{E("trace(bcopy(0, 0, 1));"), D_TRACE_VOID},
	{E("trace(copyinstr(\"a\"));"), D_PROTO_ARG},
	/* order */
	{E("trace(1); commit(1);"), D_COMM_DREC},
	{E("commit(1); trace(1);"), D_DREC_COMM},
	{E("speculate(1); speculate(1);"), D_SPEC_SPEC},
	{E("commit(1); speculate(1);"), D_SPEC_COMM},
	{E("trace(1); speculate(1);"), D_SPEC_DREC},
	{E("commit(1); @a = count();"), D_AGG_COMM},
	{E("speculate(1); @a = count();"), D_AGG_SPEC},
	{E("speculate(1); raise(1);"), D_ACT_SPEC},
	{E("speculate(1); exit(1);"), D_EXIT_SPEC},
	{E("speculate(1); trace(1);"), OK},
	/* if */
	{E("if (arg0) { trace(1); } else if (pid) trace(2); else { x = 1; }"), OK},
	{E("if (execname) trace(1);"), D_OP_SCALAR},
	/* declarations */
	{"void x;", D_DECL_VOIDOBJ},
	{"struct nowhere x;", D_DECL_INCOMPLETE},
	{"struct s { struct s x; };", D_DECL_INCOMPLETE},
	{"struct s { struct s *next; int x; }; struct s *p; " E("trace(p->next->x);"), OK},
	{"struct s { int x; }; struct s { int x; };", D_DECL_TYPERED},
	{"typedef int t; typedef int t;", OK},
	{"typedef int t; typedef long t;", D_DECL_TYPERED},
	{"struct s { int x; int x; };", D_DECL_IDRED},
	{"struct s { int x : 33; };", D_DECL_BFSIZE},
	{"struct s { string x : 3; };", D_DECL_BFTYPE},
	{"int n; struct s { int x : n; };", D_DECL_BFCONST},
	{"struct s { unsigned x : 3; unsigned : 0; int y : 2; };", OK},
	{"enum e { A, B = 5, C }; " E("trace(A + B + C);"), OK},
	{"enum e { A = 2147483647, B };", D_DECL_ENOFLOW},
	{"enum e { A = \"x\" };", D_DECL_ENCONST},
	{"enum e { A }; enum f { A };", D_DECL_IDRED},
	{"int a[0];", D_DECL_ARRSUB},
	{"int a[-1];", D_DECL_ARRSUB},
	{"int a[];", D_DECL_ARRNULL},
	{"int a[0x7fffffff];", D_DECL_ARRBIG},
	{"short char c;", D_DECL_CHARATTR},
	{"unsigned void *p;", D_DECL_VOIDATTR},
	{"unsigned float f;", D_DECL_SIGNINT},
	{"int x[int, ...];", D_DECL_PROTO_VARARGS},
	{"struct s { int a; }; int x[struct s];", D_DECL_PROTO_TYPE},
	{"int x[void];", D_DECL_PROTO_VOID},
	{"static int x;", D_DECL_BADCLASS},
	{"int;", D_DECL_USELESS},
	{"int f(int, char *); extern void g(void); typedef int (*fp)(void *, ...);", OK},
	{"nosuch_t x;", -2}, /* some error: the parser decides */
	/* inlines */
	{"inline int one = 1; " E("trace(one + 1);"), OK},
	{"inline int one = 1; " E("one = 2;"), D_OP_WRITE},
	{"inline int one = \"a\";", D_OP_INCOMPAT},
	{"inline int x = x;", D_IDENT_UNDEF},
	{"inline int one = 1; inline int one = 2;", D_DECL_IDRED},
	{"inline int add[int a, int b] = a + b; " E("trace(add[1, arg0]);"), OK},
	{"inline int add[int a, int b] = a + b; " E("trace(add[1]);"), D_PROTO_LEN},
	{"inline int add[int a, int b] = a + b; " E("trace(add[1, \"x\"]);"), D_CAST_INVAL},
	{"inline string name[int a] = a == 1 ? \"one\" : \"more\"; " E("trace(name[pid]);"), OK},
	{"inline int f[int] = 1;", D_DECL_PROTO_NAME},
	{"inline int a = 1; inline int b = a + a; inline int c = b + b; " E("trace(c);"), OK},
};

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r;
		bool ok = run_start(&r, rows[i].text);
		int got = r.diags.list.n ? (int)r.diags.list.v[0]->tag : OK;

		if (rows[i].tag == -2 ? got != OK : got == rows[i].tag) {
			check_passed++;
		} else {
			check_failed++;
			printf("row %zu: %s\n  want %s, got %s: %s\n", i, rows[i].text,
			       rows[i].tag == OK ? "none" : dt_tag_name((enum dt_tag)rows[i].tag),
			       got == OK ? "none" : dt_tag_name((enum dt_tag)got),
			       got == OK ? "" : r.diags.list.v[0]->text);
		}
		if (ok != (got == OK) || (rows[i].tag >= 0 && r.diags.list.n > 1)) {
			check_failed++;
			printf("row %zu: %s\n  %u diagnostics, the second: %s\n", i, rows[i].text,
			       r.diags.list.n, r.diags.list.n > 1 ? r.diags.list.v[1]->text : "?");
		}
		run_end(&r);
	}
}

/* ------------------------------------------------------------------ what the tree looks like */

static struct dt_expr *stmt_expr(struct run *r, uint32_t clause, uint32_t i)
{
	return r->s.clauses.v[clause]->body->body.v[i]->expr;
}

static struct dt_expr *first_arg(struct run *r, uint32_t i)
{
	return stmt_expr(r, 0, i)->list.v[0];
}

static void test_constants(void)
{
	static const struct {
		const char *expr;
		int64_t value;
		const char *type;
	} c[] = {
		{"1 + 2 * 3", 7, "int"},
		{"-1 > 0u", 1, "int"},
		{"2147483647 + 1", INT32_MIN, "int"},
		{"0x80000000", 0x80000000, "unsigned int"},
		{"4294967296", 4294967296, "long"},
		{"-7 / 2", -3, "int"},
		{"-7 % 3", -1, "int"},
		{"(unsigned int)-1 / 2", 0x7fffffff, "unsigned int"},
		{"-8 >> 1", -4, "int"},
		{"(char)300", 44, "char"},
		{"(uint8_t)-1", 255, "uint8_t"},
		{"sizeof (struct task_struct)", 184, "size_t"},
		{"sizeof (int) == 4 ? 10 : 20L", 10, "long"},
		{"'A'", 65, "int"},
		{"STATE_DEAD", -3, "enum state"},
		{"!5 || 2 && 3 ^^ 0", 1, "int"},
		{"0 && arg0", 0, "int"},
		{"R_RSP", 19, "int"},
		{"~0ull", -1, "unsigned long long"},
		{"0x7fffffffffffffff + 1", INT64_MIN, "long"},
		{"(-0x7fffffffffffffff - 1) / -1", INT64_MIN, "long"},
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct run r;
		char text[256];

		snprintf(text, sizeof(text), "dtrace:::BEGIN { trace(%s); }", c[i].expr);
		CHECK(run_start(&r, text));
		if (!dt_failed(&r.diags)) {
			struct dt_expr *e = first_arg(&r, 0);

			CHECK(e->kind == E_INT && e->is_const);
			if (e->ival != c[i].value)
				printf("%s: %lld\n", c[i].expr, (long long)e->ival);
			CHECK(e->ival == c[i].value);
			CHECK_STR(dt_type_str(r.a, e->type), c[i].type);
		} else {
			dt_diags_render(&r.diags, stdout);
		}
		run_end(&r);
	}
}

static void test_types(void)
{
	static const struct {
		const char *expr, *type;
		int space; /* enum dt_space, or -1 */
	} c[] = {
		{"arg0", "int64_t", -1},
		{"curthread->real_parent", "struct task_struct *", SP_KERNEL},
		{"curthread->comm", "char [16]", SP_KERNEL},
		{"curthread->uname", "const char userland *", SP_USER},
		{"args[1]", "char userland *", SP_USER},
		{"*args[1]", "char", SP_USER},
		{"(char *)arg0", "char *", SP_KERNEL},
		{"(char *)copyin(arg1, 4)", "char *", SP_SCRATCH},
		{"copyinstr(arg1)", "string", -1},
		{"curthread->level + 1", "int", -1},
		{"arg0 + 1u", "long", -1},
		{"execname == \"x\"", "int", -1},
		{"arg0 ? execname : \"x\"", "string", -1},
		{"&curthread->pid", "int *", SP_KERNEL},
		{"curthread + 2", "struct task_struct *", SP_KERNEL},
		{"curthread->matrix[1]", "int [3]", SP_KERNEL},
		{"curcpu->cpu_id", "processorid_t", -1},
		{"`init_task.comm", "char [16]", SP_KERNEL},
		{"curthread->start_time", "u64", -1},
		{"&`do_thing", "int (*)(struct task_struct *, const char *, u64)", SP_KERNEL},
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct run r;
		char text[256];

		snprintf(text, sizeof(text), "mock:m:f:entry { trace(%s); }", c[i].expr);
		CHECK(run_start(&r, text));
		if (!dt_failed(&r.diags)) {
			CHECK_STR(dt_type_str(r.a, first_arg(&r, 0)->type), c[i].type);
			if (c[i].space >= 0 && (int)first_arg(&r, 0)->space != c[i].space)
				printf("%s: space %d\n", c[i].expr, first_arg(&r, 0)->space);
			CHECK(c[i].space < 0 || (int)first_arg(&r, 0)->space == c[i].space);
		} else {
			dt_diags_render(&r.diags, stdout);
		}
		run_end(&r);
	}
}

static void test_keys(void)
{
	struct run r;

	CHECK(run_start(&r, E("@a[probefunc, execname, 1, \"long literal of a string\"] = count();"
			      "@a[\"x\", \"a\", timestamp, copyinstr(arg0)] = count();"
			      "x[execname] = 1; y[probename] = 2; y[\"q\"] = 3; z[(char)1] = 1;")));
	if (!dt_failed(&r.diags)) {
		struct dt_agg *g = r.s.aggs.v[0];

		CHECK(g->keys.n == 4 && g->keys.v[0].strid && g->keys.v[0].size == 4);
		CHECK(!g->keys.v[1].strid && g->keys.v[1].size == 16);
		CHECK(g->keys.v[2].size == 8 && !g->keys.v[2].strid);
		CHECK(!g->keys.v[3].strid && g->keys.v[3].size == 256);
		CHECK(r.s.vars.n == 3 && r.s.vars.v[0]->keys.v[0].size == 16);
		CHECK(r.s.vars.v[1]->keys.v[0].strid && r.s.vars.v[2]->keys.v[0].size == 1);
	}
	run_end(&r);
}

static void test_tree(void)
{
	struct run r;
	struct dt_expr *e;

	CHECK(run_start(&r, E("trace(pid == arg0); trace(curthread->comm == execname); self->s = 0;"
			      "self->t = execname; self->t = 0; x = 5; x /= timestamp;"
			      "trace(execname == NULL);")));
	if (!dt_failed(&r.diags)) {
		e = first_arg(&r, 0);
		CHECK(e->kind == E_BINARY && e->a->kind == E_CAST && e->a->implicit);
		CHECK(dt_type_same(e->a->type, e->b->type));
		e = first_arg(&r, 1);
		CHECK(e->a->kind == E_STRINGOF && e->a->implicit && e->b->kind == E_BUILTIN);
		e = stmt_expr(&r, 0, 4);
		CHECK(e->kind == E_ASSIGN && e->b->kind == E_INT && dt_type_is_string(e->b->type));
		e = stmt_expr(&r, 0, 6); /* x /= timestamp computes in uint64_t */
		CHECK(e->op == OP_NONE && e->b->kind == E_CAST && e->b->a->kind == E_BINARY);
		e = first_arg(&r, 7);
		CHECK(e->b->kind == E_INT && dt_type_is_string(e->b->type));
	}
	run_end(&r);

	CHECK(run_start(&r, E("x = 1;") "mock:::entry { @ = count(); }" E(
				    "if (x) { trace(1); } raise(1);") E("exit(0);") E(";")));
	if (!dt_failed(&r.diags)) {
		CHECK(!r.s.clauses.v[0]->info->records && !r.s.clauses.v[0]->info->nactions);
		CHECK(!r.s.clauses.v[1]->info->records && r.s.clauses.v[1]->probes.n == 2);
		CHECK(r.s.clauses.v[2]->info->conditional && r.s.clauses.v[2]->info->destructive);
		CHECK(r.s.clauses.v[3]->info->exits && r.s.clauses.v[3]->index == 3);
		CHECK(r.s.clauses.v[4]->info->records && !r.s.clauses.v[4]->info->nactions);
	}
	run_end(&r);

	/* a command line is several programs: one set of variables */
	CHECK(run_start(&r, E("x = \"a\"; @c[1] = count();")));
	CHECK(run_add(&r, E("trace(strlen(x)); @c[2] = count();")) && dt_sema_finish(&r.s));
	CHECK(r.s.vars.n == 1 && r.s.aggs.n == 1 && r.s.clauses.n == 2);
	CHECK(r.ts.btf == NULL); /* none of this needs the kernel's types */
	run_end(&r);
}

/* Deep, wide and exponential programs end with an answer. */
static void test_limits(void)
{
	size_t n = 200000;
	char *t = malloc(2 * n + 100);
	struct run r;

	if (!t)
		return;
	strcpy(t, "dtrace:::BEGIN { trace(1");
	for (size_t i = 0, k = strlen(t); i < n; i++, k += 2)
		strcpy(t + k, "+1");
	strcat(t, "); }");
	run_start(&r, t);
	CHECK(dt_failed(&r.diags));
	run_end(&r);
	strcpy(t, "inline int a0 = arg0;");
	for (int i = 1; i < 40; i++)
		sprintf(t + strlen(t), "inline int a%d = a%d + a%d;", i, i - 1, i - 1);
	run_start(&r, t);
	CHECK(dt_failed(&r.diags));
	run_end(&r);
	free(t);
}

int main(void)
{
	if (access(BTF_BLOB, R_OK)) {
		SKIP("run me where " BTF_BLOB " is");
		return check_summary();
	}
	test_rows();
	test_constants();
	test_types();
	test_keys();
	test_tree();
	test_limits();
	return check_summary();
}
