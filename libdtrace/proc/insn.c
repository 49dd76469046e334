/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lengths of x86-64 instructions. An instruction is
 *
 *	prefixes  [REX | VEX | EVEX]  opcode  [ModRM [SIB] [displacement]]  [immediate]
 *
 * and its length follows from which opcodes have a ModRM byte and how many bytes of immediate; that
 * is all that is known here of what they do. Opcodes come in maps: one byte, after 0f, after 0f 38
 * and after 0f 3a; VEX and EVEX say the map in a field.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "proc/insn.h"

#define LONGEST 15

struct cursor {
	const unsigned char *p;
	size_t n, at;
	bool opsize, wide; /* prefix 66; REX.W */
	bool bad;
};

static unsigned char next(struct cursor *c)
{
	if (c->at < c->n && c->at < LONGEST)
		return c->p[c->at++];
	c->bad = true;
	return 0;
}

static unsigned char peek(const struct cursor *c)
{
	return c->at < c->n ? c->p[c->at] : 0;
}

/* Prefixes of the old kind, then REX. */
static void prefixes(struct cursor *c)
{
	for (;; c->at++) {
		switch (peek(c)) {
		case 0x66: c->opsize = true; continue;
		case 0x26:
		case 0x2e:
		case 0x36:
		case 0x3e:
		case 0x64:
		case 0x65:
		case 0x67:
		case 0xf0:
		case 0xf2:
		case 0xf3: continue;
		default: break;
		}
		break;
	}
	if ((peek(c) & 0xf0) == 0x40)
		c->wide = next(c) & 8;
}

/* ModRM, SIB and displacement; returns ModRM. */
static unsigned char modrm(struct cursor *c)
{
	unsigned char m = next(c), mod = m >> 6, rm = m & 7;

	if (mod == 3)
		return m;
	if (rm == 4 && (next(c) & 7) == 5 && mod == 0)
		c->at += 4;
	else if (mod == 0 && rm == 5)
		c->at += 4;
	if (mod == 1)
		c->at += 1;
	else if (mod == 2)
		c->at += 4;
	return m;
}

static unsigned word_size(const struct cursor *c)
{
	return c->opsize && !c->wide ? 2 : 4;
}

/* ------------------------------------------------------------------ the maps */

static bool one_byte_has_modrm(unsigned char op)
{
	if (op < 0x40)
		return (op & 7) < 4;
	return op == 0x63 || op == 0x69 || op == 0x6b || (op >= 0x80 && op <= 0x8f) || op == 0xc0 ||
	       op == 0xc1 || op == 0xc6 || op == 0xc7 || (op >= 0xd0 && op <= 0xd3) ||
	       (op >= 0xd8 && op <= 0xdf) || op == 0xf6 || op == 0xf7 || op >= 0xfe;
}

static bool one_byte_exists(unsigned char op)
{
	static const unsigned char none[] = {0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f,
					     0x27, 0x2f, 0x37, 0x3f, 0x60, 0x61, 0x82,
					     0x9a, 0xce, 0xd4, 0xd5, 0xd6, 0xea};

	for (unsigned i = 0; i < sizeof(none); i++)
		if (none[i] == op)
			return false;
	return true;
}

static unsigned one_byte_immediate(const struct cursor *c, unsigned char op, unsigned char m)
{
	if (op < 0x40)
		return (op & 7) == 4 ? 1 : (op & 7) == 5 ? word_size(c) : 0;
	if ((op >= 0x70 && op <= 0x7f) || (op >= 0xb0 && op <= 0xb7) || (op >= 0xe0 && op <= 0xe7))
		return 1;
	if (op >= 0xb8 && op <= 0xbf)
		return c->wide ? 8 : word_size(c);
	if (op >= 0xa0 && op <= 0xa3)
		return 8;
	switch (op) {
	case 0x6a:
	case 0x6b:
	case 0x80:
	case 0x83:
	case 0xa8:
	case 0xc0:
	case 0xc1:
	case 0xc6:
	case 0xcd:
	case 0xeb: return 1;
	case 0xc2:
	case 0xca: return 2;
	case 0xc8: return 3;
	case 0xe8:
	case 0xe9: return 4;
	case 0x68:
	case 0x69:
	case 0x81:
	case 0xa9:
	case 0xc7: return word_size(c);
	case 0xf6: return (m >> 3 & 7) < 2 ? 1 : 0;
	case 0xf7: return (m >> 3 & 7) < 2 ? word_size(c) : 0;
	default: return 0;
	}
}

/* Of the map after 0f, also with VEX and EVEX. */
static unsigned two_byte_immediate(unsigned char op)
{
	switch (op) {
	case 0x0f:
	case 0x70:
	case 0x71:
	case 0x72:
	case 0x73:
	case 0xa4:
	case 0xac:
	case 0xba:
	case 0xc2:
	case 0xc4:
	case 0xc5:
	case 0xc6: return 1;
	default: return 0;
	}
}

static bool two_byte_has_modrm(unsigned char op)
{
	return !((op >= 0x05 && op <= 0x09) || op == 0x0b || op == 0x0e ||
		 (op >= 0x30 && op <= 0x37) || op == 0x77 || (op >= 0x80 && op <= 0x8f) ||
		 (op >= 0xa0 && op <= 0xa2) || (op >= 0xa8 && op <= 0xaa) ||
		 (op >= 0xc8 && op <= 0xcf));
}

static void two_byte(struct cursor *c)
{
	unsigned char op = next(c);

	if (op == 0x38 || op == 0x3a) {
		next(c);
		modrm(c);
		c->at += op == 0x3a;
		return;
	}
	if (two_byte_has_modrm(op))
		modrm(c);
	c->at += op >= 0x80 && op <= 0x8f ? 4 : two_byte_immediate(op);
}

/* The map: 1 after 0f, 2 after 0f 38, 3 after 0f 3a, others new. */
static void vector(struct cursor *c, unsigned map)
{
	unsigned char op = next(c);

	if (!map || (map > 3 && map != 5 && map != 6))
		c->bad = true;
	if (map != 1 || op != 0x77) /* vzeroupper */
		modrm(c);
	if (map == 1)
		c->at += two_byte_immediate(op);
	c->at += map == 3;
}

static void one_byte(struct cursor *c, unsigned char op)
{
	unsigned char m = 0;

	if (!one_byte_exists(op))
		c->bad = true;
	if (one_byte_has_modrm(op))
		m = modrm(c);
	c->at += one_byte_immediate(c, op, m);
}

unsigned dt_insn_length(const unsigned char *code, size_t n)
{
	struct cursor c = {.p = code, .n = n};
	unsigned char op, map;

	prefixes(&c);
	op = next(&c);
	switch (op) {
	case 0x0f: two_byte(&c); break;
	case 0xc5: /* VEX of two bytes */
		next(&c);
		vector(&c, 1);
		break;
	case 0xc4: /* of three */
		map = next(&c) & 0x1f;
		next(&c);
		vector(&c, map);
		break;
	case 0x62: /* EVEX */
		map = next(&c) & 7;
		next(&c);
		next(&c);
		vector(&c, map);
		break;
	default: one_byte(&c, op);
	}
	return c.bad || c.at > c.n || c.at > LONGEST ? 0 : (unsigned)c.at;
}

unsigned dt_insn_endbr(const unsigned char *code, size_t n)
{
	static const unsigned char endbr64[4] = {0xf3, 0x0f, 0x1e, 0xfa};

	return n >= sizeof(endbr64) && !memcmp(code, endbr64, sizeof(endbr64)) ? sizeof(endbr64)
									       : 0;
}

/*
 * With a lock or segment prefix (but fs and gs), or privileged. Of an instruction with VEX or EVEX the
 * kernel looks at the opcode as if it were one of one byte, and refuses vpxor (ef) for being an out to a port.
 */
bool dt_insn_refused(const unsigned char *code, size_t n)
{
	static const unsigned char prefix[] = {0xf0, 0x2e, 0x36, 0x3e, 0x26},
				   opcode[] = {0xcc, 0xcd, 0xce, 0xcf, 0x6c, 0x6d, 0x6e,
					       0x6f, 0xe4, 0xe5, 0xe6, 0xe7, 0xec, 0xed,
					       0xee, 0xef, 0xf1, 0xf4, 0xfa, 0xfb},
				   vector[] = {0x60, 0x61, 0x62, 0x66, 0x67, 0x82,
					       0x9a, 0xd4, 0xd5, 0xd6, 0xf0};
	struct cursor c = {.p = code, .n = n};
	unsigned char op;
	bool vex;

	prefixes(&c);
	for (size_t i = 0; i < c.at; i++)
		if (memchr(prefix, code[i], sizeof(prefix)))
			return true;
	op = next(&c);
	vex = op == 0xc4 || op == 0xc5 || op == 0x62;
	if (vex) {
		c.at += op == 0xc5 ? 1 : op == 0xc4 ? 2 : 3;
		op = peek(&c);
		if (memchr(vector, op, sizeof(vector)) || (op >= 0x40 && op <= 0x4f) ||
		    (op < 0x40 && (op & 7) >= 6 && op != 0x0f))
			return true;
	}
	return memchr(opcode, op, sizeof(opcode)) != NULL;
}
