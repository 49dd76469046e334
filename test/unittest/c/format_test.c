/* SPDX-License-Identifier: BSD-2-Clause */
/* printf() formats: PF-01 to PF-18, and the pieces of output_text.c. */
#include <stddef.h>
#include "check.h"
#include "consume_fake.h"

struct values {
	int8_t i8;
	uint8_t u8;
	int16_t i16;
	uint16_t u16;
	int32_t i32;
	uint32_t u32;
	int64_t i64;
	uint64_t u64;
	uint32_t strid;
	char str[16];
	double dbl;
	float flt;
	uint32_t wide[4];
};

#define FLD(k, m, s)                                                      \
	{                                                                 \
		.kind = (k), .off = offsetof(struct values, m),           \
		.size = sizeof(((struct values *)0)->m), .is_signed = (s) \
	}

static struct values vals = {
	.i8 = -5,
	.u8 = 250,
	.i16 = -300,
	.u16 = 65000,
	.i32 = -70000,
	.u32 = 4000000000u,
	.i64 = -5000000000,
	.u64 = 0xffffffff81000000,
	.strid = 1,
	.str = "a\tb",
	.dbl = 2.5,
	.flt = 0.25f,
	.wide = {'w', 0xe9, 0x20ac, 0},
};

static const struct dt_field F_I8 = FLD(DT_FLD_INT, i8, true), F_U8 = FLD(DT_FLD_INT, u8, false),
			     F_I16 = FLD(DT_FLD_INT, i16, true),
			     F_U16 = FLD(DT_FLD_INT, u16, false),
			     F_I32 = FLD(DT_FLD_INT, i32, true),
			     F_U32 = FLD(DT_FLD_INT, u32, false),
			     F_I64 = FLD(DT_FLD_INT, i64, true),
			     F_U64 = FLD(DT_FLD_INT, u64, false),
			     F_ID = FLD(DT_FLD_STRID, strid, false),
			     F_STR = FLD(DT_FLD_STRING, str, false),
			     F_DBL = FLD(DT_FLD_BYTES, dbl, false),
			     F_FLT = FLD(DT_FLD_BYTES, flt, false),
			     F_WIDE = FLD(DT_FLD_BYTES, wide, false);

static struct fake fk;

static const char *show(const char *fmt, const struct dt_field *fields, uint32_t n)
{
	enum dt_tag tag;
	const char *msg;
	struct dt_format *f =
		dt_format_parse(fk.arena, fmt, (uint32_t)strlen(fmt), false, &tag, &msg);

	if (!f)
		return msg;
	CHECK(dt_format_print(&fk.c, f, fields, n, (const unsigned char *)&vals) == 0);
	return fake_text(&fk);
}

#define SHOW(fmt, ...)                                    \
	show(fmt, (const struct dt_field[]){__VA_ARGS__}, \
	     sizeof((const struct dt_field[]){__VA_ARGS__}) / sizeof(struct dt_field))

static void integers(void)
{
	CHECK_STR(SHOW("%d|%i", F_I8, F_U8), "-5|250");
	CHECK_STR(SHOW("%d|%d", F_I64, F_U64), "-5000000000|18446744071578845184");
	CHECK_STR(SHOW("%u|%x|%X|%o", F_I16, F_I32, F_I8, F_I8), "65236|fffeee90|FB|373");
	CHECK_STR(SHOW("[%8d][%-8d][%08d][%+d][% d]", F_U16, F_U16, F_U16, F_I32, F_I8),
		  "[   65000][65000   ][00065000][-70000][-5]");
	CHECK_STR(SHOW("%p|%#x|%?x|%?p", F_U64, F_U8, F_U8, F_U8),
		  "ffffffff81000000|0xfa|              fa|              fa");
	CHECK_STR(SHOW("%.5d", F_U8), "00250");
	CHECK_STR(SHOW("[%*d]", F_U8, F_I8), "[                                                  "
					     "                                                     "
					     "                                                     "
					     "                                                     "
					     "                                       -5]");
	CHECK_STR(SHOW("[%*d]", F_I8, F_U8), "[250  ]");
	CHECK_STR(SHOW("%hhd %hd %ld %lld", F_I8, F_I16, F_I64, F_I64),
		  "-5 -300 -5000000000 -5000000000");
	CHECK_STR(SHOW("100%% of %d%%", F_U8), "100% of 250%");
	CHECK(strlen(SHOW("%99999999999d", F_U8)) == 65535); /* bounded, not a hang */
}

static void texts(void)
{
	struct dt_field bad = F_ID;

	CHECK_STR(SHOW("%s|%10s|%-10s|%.3s|", F_ID, F_ID, F_ID, F_ID),
		  "hello|     hello|hello     |hel|");
	CHECK_STR(SHOW("%s|%S", F_STR, F_STR), "a\tb|a\\tb");
	CHECK_STR(SHOW("%c%C",
		       ((struct dt_field){.kind = DT_FLD_STRING, .off = F_STR.off, .size = 1}),
		       F_U8),
		  "a\\372");
	CHECK_STR(SHOW("%ws|%ls", F_WIDE, F_WIDE), "w\303\251\342\202\254|w\303\251\342\202\254");
	CHECK_STR(SHOW("%f %e %g %.1f", F_DBL, F_FLT, F_FLT, F_DBL),
		  "2.500000 2.500000e-01 0.25 2.5");
	vals.strid = 1000; /* outside: nothing, and no fault */
	CHECK_STR(show("[%s]", &bad, 1), "[]");
	vals.strid = 1;
}

static void times(void)
{
	int64_t kept = vals.i64;

	setenv("TZ", "UTC", 1);
	vals.i64 = 86400ll * 1000000000;
	CHECK_STR(SHOW("%Y", F_I64), "1970 Jan  2 00:00:00");
	CHECK_STR(SHOW("%T", F_I64), "Fri, 02 Jan 1970 00:00:00 UTC");
	vals.i64 = kept;
}

static void refused(const char *fmt, enum dt_tag want)
{
	enum dt_tag tag = D_SYNTAX;
	const char *msg = NULL;

	CHECK(!dt_format_parse(fk.arena, fmt, (uint32_t)strlen(fmt), false, &tag, &msg));
	CHECK(tag == want && msg && *msg);
}

static void parsing(void)
{
	enum dt_tag tag;
	const char *msg;

	refused("", D_PRINTF_FMT_EMPTY);
	refused("%@d", D_PRINTF_AGG_CONV);
	refused("%1$d", D_UNKNOWN);
	refused("%z", D_UNKNOWN);
	refused("%", D_UNKNOWN);
	refused("abc %5.2", D_UNKNOWN);
	refused("%Ld", D_UNKNOWN);
	refused("%hs", D_UNKNOWN);
	refused("%\001", D_UNKNOWN);
	CHECK(dt_format_parse(fk.arena, "%-10s %@8d %@d", 14, true, &tag, &msg) != NULL);
	for (unsigned a = 1; a < 256; a++) { /* any two bytes behind % */
		for (unsigned b = 1; b < 256; b++) {
			char s[] = {'%', (char)a, (char)b};

			dt_format_parse(fk.arena, s, 3, true, &tag, &msg);
		}
	}
}

static struct dt_type t_int = {.kind = TY_INT, .size = 4, .is_signed = true, .rank = 4},
		      t_long = {.kind = TY_INT, .size = 8, .rank = 5},
		      t_char = {.kind = TY_INT, .size = 1, .rank = 2}, t_str = {.kind = TY_STRING},
		      t_ptr = {.kind = TY_PTR, .size = 8, .to = &t_int},
		      t_arr = {.kind = TY_ARRAY, .size = 8, .to = &t_char, .count = 8},
		      t_stack = {.kind = TY_STACK}, t_sym = {.kind = TY_SYMADDR};

static bool takes(const char *fmt, const struct dt_type *t)
{
	enum dt_tag tag;
	const char *msg;
	struct dt_format *f =
		dt_format_parse(fk.arena, fmt, (uint32_t)strlen(fmt), true, &tag, &msg);

	return f && dt_conv_accepts(&f->convs.v[0], t);
}

static void types(void)
{
	CHECK(takes("%d", &t_int) && takes("%d", &t_long) && !takes("%d", &t_str));
	CHECK(!takes("%d", &t_ptr) && takes("%p", &t_ptr) && takes("%p", &t_long));
	CHECK(takes("%ld", &t_long) && !takes("%ld", &t_int) && !takes("%hd", &t_int));
	CHECK(takes("%hhd", &t_char) && takes("%c", &t_int) && !takes("%c", &t_long));
	CHECK(takes("%s", &t_str) && takes("%s", &t_arr) && !takes("%s", &t_int));
	CHECK(!takes("%s", &t_ptr) && takes("%k", &t_stack) && !takes("%k", &t_int));
	CHECK(takes("%a", &t_sym) && takes("%a", &t_ptr) && !takes("%A", &t_sym));
	CHECK(takes("%Y", &t_long) && !takes("%Y", &t_int) && !takes("%f", &t_int));
	CHECK(!takes("%%", &t_int));
}

static const char *trace(const struct dt_field *f)
{
	CHECK(dt_out_trace(&fk.c, f, (const unsigned char *)&vals + f->off) == 0);
	return fake_text(&fk);
}

static void pieces(void)
{
	static const char dump[] =
		"\n             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
		"         0: 64 74 72 61 63 65 20 73 61 6d 70 6c 65 20 72 6f  dtrace sample ro\n"
		"        10: 77 00                                            w.\n";

	/* OUT-09 */
	CHECK_STR(trace(&F_I64), "         -5000000000");
	CHECK_STR(trace(&F_I32), "     -70000");
	CHECK_STR(trace(&F_I16), "  -300");
	CHECK_STR(trace(&F_I8), "  -5");
	CHECK_STR(trace(&F_U64), " 18446744071578845184");
	CHECK_STR(trace(&F_U32), " 4000000000");
	CHECK_STR(trace(&F_U16), " 65000");
	CHECK_STR(trace(&F_U8), " 250");
	/* OUT-11, OUT-12 */
	CHECK_STR(trace(&F_ID), "  hello                            ");
	CHECK_STR(trace(&((struct dt_field){.kind = DT_FLD_BYTES, .off = F_STR.off, .size = 16})),
		  "  a\tb                              ");
	CHECK(strstr(trace(&((struct dt_field){.kind = DT_FLD_BYTES, .off = F_STR.off, .size = 3})),
		     "0: 61 09 62"));
	/* OUT-10 */
	fk.c.opts.quiet = true;
	CHECK_STR(trace(&F_I32), "-70000");
	CHECK_STR(trace(&F_ID), "hello");
	fk.c.opts.quiet = false;
	/* OUT-13 */
	CHECK(dt_out_hexdump(&fk.c, (const unsigned char *)"dtrace sample row", 18) == 0);
	CHECK_STR(fake_text(&fk), dump);
}

/* Addresses that nothing is known of, so that the test needs no kernel's symbols. */
static void stacks(void)
{
	static const uint64_t frames[] = {0x10, 0x20, 0, 0x30};
	static const struct dt_field f = {.kind = DT_FLD_STACK, .size = sizeof(frames)};
	enum dt_tag tag;
	const char *msg;
	struct dt_format *fmt = dt_format_parse(fk.arena, "<%k%-3k>", 8, false, &tag, &msg);

	CHECK(dt_out_stack(&fk.c, &f, (const unsigned char *)frames, 14) == 0);
	CHECK_STR(fake_text(&fk), "\n              0x10\n              0x20\n");
	CHECK(dt_format_print(&fk.c, fmt, (const struct dt_field[]){f, f}, 2,
			      (const unsigned char *)frames) == 0);
	CHECK_STR(fake_text(&fk), "<\n0x10\n0x20\n\n   0x10\n   0x20\n>");
}

int main(void)
{
	fk.m.strtab = "\0hello";
	fk.m.strtab_size = 7;
	fake_open(&fk);
	integers();
	texts();
	times();
	parsing();
	types();
	pieces();
	stacks();
	fake_close(&fk);
	return check_summary();
}
