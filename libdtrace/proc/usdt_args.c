/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operands of a program's own probes, as the compiler wrote them for the assembler:
 *
 *	operand  [N@]place     N: size in bytes, negative if signed; "f" after it: floating point
 *	place    $sum          a constant
 *	         %register     its low N bytes; %ah and the like: the second byte
 *	         [sum][(%base[,%index[,scale]])]     memory
 *	sum      numbers and symbols with + and - between them
 *
 * A symbol's address depends on where the program was loaded; what does not is its distance from
 * the probe's own instruction, and the instruction pointer is a register like others. So memory
 * at a symbol, whether or not the text says (%rip), is memory at %rip + (symbol - instruction).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "proc/usdt.h"

/* Offsets in struct pt_regs. */
enum {
	R15 = 0,
	R14 = 8,
	R13 = 16,
	R12 = 24,
	RBP = 32,
	RBX = 40,
	R11 = 48,
	R10 = 56,
	R9 = 64,
	R8 = 72,
	RAX = 80,
	RCX = 88,
	RDX = 96,
	RSI = 104,
	RDI = 112,
	RIP = 128,
	RSP = 152,
};

static const struct reg {
	const char *name;
	int16_t off;
	uint8_t size;
} regs[] = {
#define WIDE(r, o, e, w, l)              \
	{r, o, 8}, {e, o, 4}, {w, o, 2}, \
	{                                \
		l, o, 1                  \
	}
#define HIGH(h, o)          \
	{                   \
		h, o + 1, 1 \
	}
#define NUM(r, o) WIDE(r, o, r "d", r "w", r "b")
	WIDE("rax", RAX, "eax", "ax", "al"),
	WIDE("rbx", RBX, "ebx", "bx", "bl"),
	WIDE("rcx", RCX, "ecx", "cx", "cl"),
	WIDE("rdx", RDX, "edx", "dx", "dl"),
	WIDE("rsi", RSI, "esi", "si", "sil"),
	WIDE("rdi", RDI, "edi", "di", "dil"),
	WIDE("rbp", RBP, "ebp", "bp", "bpl"),
	WIDE("rsp", RSP, "esp", "sp", "spl"),
	WIDE("rip", RIP, "eip", "ip", "ipl"),
	HIGH("ah", RAX),
	HIGH("bh", RBX),
	HIGH("ch", RCX),
	HIGH("dh", RDX),
	NUM("r8", R8),
	NUM("r9", R9),
	NUM("r10", R10),
	NUM("r11", R11),
	NUM("r12", R12),
	NUM("r13", R13),
	NUM("r14", R14),
	NUM("r15", R15),
#undef WIDE
#undef HIGH
#undef NUM
};
#define NREGS (sizeof(regs) / sizeof(regs[0]))

struct cursor {
	const char *s, *end;
	uint64_t vaddr; /* of the probe's instruction */
	dt_usdt_symbol_f *symbol;
	void *arg;
};

static bool eat(struct cursor *c, char ch)
{
	if (c->s == c->end || *c->s != ch)
		return false;
	c->s++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_symbol_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       c == '.' || c == '$';
}

/* After the "%". */
static const struct reg *parse_reg(struct cursor *c)
{
	size_t n = 0, left = (size_t)(c->end - c->s);

	while (n < left && ((c->s[n] >= 'a' && c->s[n] <= 'z') || is_digit(c->s[n])))
		n++;
	for (size_t i = 0; i < NREGS; i++) {
		if (strlen(regs[i].name) != n || memcmp(regs[i].name, c->s, n) != 0)
			continue;
		c->s += n;
		return &regs[i];
	}
	return NULL;
}

/* Decimal, 0x, or 0 for octal, modulo 2^64 as assemblers have it. */
static bool parse_number(struct cursor *c, uint64_t *out)
{
	unsigned base = 10;
	bool any = false;

	*out = 0;
	if (c->end - c->s > 2 && c->s[0] == '0' && (c->s[1] == 'x' || c->s[1] == 'X')) {
		base = 16;
		c->s += 2;
	} else if (c->s < c->end && *c->s == '0') {
		base = 8;
	}
	for (; c->s < c->end; c->s++, any = true) {
		unsigned d = is_digit(*c->s)                ? (unsigned)(*c->s - '0')
			     : *c->s >= 'a' && *c->s <= 'f' ? (unsigned)(*c->s - 'a' + 10)
			     : *c->s >= 'A' && *c->s <= 'F' ? (unsigned)(*c->s - 'A' + 10)
							    : 99;
		if (d >= base)
			break;
		*out = *out * base + d;
	}
	return any && (c->s == c->end || !is_symbol_char(*c->s));
}

static bool parse_symbol(struct cursor *c, uint64_t *out)
{
	char name[256];
	size_t n = 0;

	while (c->s + n < c->end && is_symbol_char(c->s[n]) && n < sizeof(name) - 1)
		n++;
	if (!n)
		return false;
	memcpy(name, c->s, n);
	name[n] = 0;
	c->s += n;
	return c->symbol && !c->symbol(c->arg, name, out);
}

/* *symbols: how many of them count (added less subtracted). */
static bool parse_sum(struct cursor *c, int64_t *value, int *symbols)
{
	uint64_t sum = 0, v;

	*symbols = 0;
	for (bool first = true;; first = false) {
		bool minus = eat(c, '-');

		if (!minus && !eat(c, '+') && !first)
			break;
		if (c->s == c->end)
			return false;
		if (is_digit(*c->s)) {
			if (!parse_number(c, &v))
				return false;
		} else {
			if (!parse_symbol(c, &v))
				return false;
			*symbols += minus ? -1 : 1;
		}
		sum = minus ? sum - v : sum + v;
	}
	*value = (int64_t)sum;
	return true;
}

/* "(%base,%index,scale)": each part may be missing. */
static bool parse_base_index(struct cursor *c, struct dt_usdt_arg *a)
{
	const struct reg *r;
	uint64_t scale = 1;

	if (eat(c, '%')) {
		r = parse_reg(c);
		if (!r || r->size != 8)
			return false;
		a->reg = r->off;
	}
	if (eat(c, ',')) {
		if (eat(c, '%')) {
			r = parse_reg(c);
			if (!r || r->size != 8)
				return false;
			a->index = r->off;
		}
		if (eat(c, ',') && (!parse_number(c, &scale) ||
				    (scale != 1 && scale != 2 && scale != 4 && scale != 8)))
			return false;
	}
	a->scale = (uint8_t)scale;
	return eat(c, ')') && (a->reg >= 0 || a->index >= 0);
}

static bool parse_memory(struct cursor *c, struct dt_usdt_arg *a)
{
	int symbols = 0;

	a->kind = DT_USDT_MEM;
	a->value = 0;
	if (c->s == c->end)
		return false;
	if (*c->s != '(' && !parse_sum(c, &a->value, &symbols))
		return false;
	if (eat(c, '(') ? !parse_base_index(c, a) : c->s != c->end)
		return false;
	if (symbols == 0)
		/* a number and %rip: from the next instruction, whose place the text doesn't say */
		return a->reg != RIP || a->value == 0;
	if (symbols != 1 || (a->reg >= 0 && a->reg != RIP))
		return false;
	a->reg = RIP;
	a->value = (int64_t)((uint64_t)a->value - c->vaddr);
	return true;
}

static bool parse_place(struct cursor *c, struct dt_usdt_arg *a)
{
	const struct reg *r;
	int symbols;

	if (eat(c, '$')) {
		a->kind = DT_USDT_CONST;
		return parse_sum(c, &a->value, &symbols) && symbols == 0;
	}
	if (!eat(c, '%'))
		return parse_memory(c, a);
	r = parse_reg(c);
	if (!r || r->off == RIP)
		return false;
	a->kind = DT_USDT_REG;
	a->reg = r->off;
	a->size = r->size < a->size ? r->size : a->size;
	return true;
}

/* "N@": true if what follows is a place that can be read. */
static bool parse_size(struct cursor *c, struct dt_usdt_arg *a)
{
	const char *start = c->s;
	uint64_t n = 0;

	a->is_signed = eat(c, '-');
	if (!parse_number(c, &n) || !eat(c, '@')) {
		bool has_size = memchr(start, '@', (size_t)(c->end - start)) != NULL;

		c->s = start; /* none: a register's whole width */
		a->is_signed = true;
		a->size = 8;
		return !has_size;
	}
	a->size = (uint8_t)n;
	return n == 1 || n == 2 || n == 4 || n == 8;
}

/* A constant is as wide as its operand says. */
static int64_t narrow(int64_t v, unsigned size, bool is_signed)
{
	unsigned shift = 64 - 8 * size;

	return is_signed ? (int64_t)((uint64_t)v << shift) >> shift
			 : (int64_t)((uint64_t)v << shift >> shift);
}

static void parse_operand(struct cursor *c, struct dt_usdt_arg *a)
{
	*a = (struct dt_usdt_arg){.reg = -1, .index = -1, .scale = 1};
	a->text = c->s;
	a->len = (uint32_t)(c->end - c->s);
	if (!parse_size(c, a) || !parse_place(c, a) || c->s != c->end) {
		a->kind = DT_USDT_UNKNOWN;
		a->size = 8;
	} else if (a->kind == DT_USDT_CONST) {
		a->value = narrow(a->value, a->size, a->is_signed);
	}
}

unsigned dt_usdt_args(const char *text, uint64_t vaddr, dt_usdt_symbol_f *symbol, void *arg,
		      struct dt_usdt_arg *out, unsigned max)
{
	struct cursor c = {.vaddr = vaddr, .symbol = symbol, .arg = arg};
	unsigned n = 0;

	for (text += strspn(text, " \t"); *text && n < max; text += strspn(text, " \t")) {
		c.s = text;
		text += strcspn(text, " \t");
		c.end = text;
		parse_operand(&c, &out[n++]);
	}
	return n;
}
