/* SPDX-License-Identifier: BSD-2-Clause */
/* Lengths of instructions: every form of prefix, opcode map, address and immediate. */
#include <stdlib.h>
#include "check.h"
#include "proc/insn.h"

static void lengths(void)
{
	static const struct {
		const char *hex;
		unsigned len;
	} t[] = {
		{"90", 1},                                       /* nop */
		{"55", 1},                                       /* push %rbp */
		{"4157", 2},                                     /* push %r15 */
		{"f30f1efa", 4},                                 /* endbr64 */
		{"c3", 1},                                       /* ret */
		{"f3c3", 2},                                     /* rep ret */
		{"c20800", 3},                                   /* ret $8 */
		{"c8100001", 4},                                 /* enter */
		{"0405", 2},                                     /* add $5,%al */
		{"0511223344", 5},                               /* add $,%eax */
		{"66051122", 4},                                 /* add $,%ax */
		{"480511223344", 6},                             /* add $,%rax */
		{"4889e5", 3},                                   /* mov %rsp,%rbp */
		{"48897df8", 4},                                 /* mov %rdi,-8(%rbp) */
		{"488bbd00ffffff", 7},                           /* mov -256(%rbp),%rdi */
		{"488b0424", 4},                                 /* mov (%rsp),%rax */
		{"488b442408", 5},                               /* mov 8(%rsp),%rax */
		{"488b84c800010000", 8},                         /* mov 256(%rax,%rcx,8),%rax */
		{"488b04cd00010000", 8},                         /* mov 256(,%rcx,8),%rax */
		{"488d3d11223344", 7},                           /* lea x(%rip),%rdi */
		{"64488b042528000000", 9},                       /* mov %fs:40,%rax */
		{"b811223344", 5},                               /* mov $,%eax */
		{"66b81122", 4},                                 /* mov $,%ax */
		{"48b81122334455667788", 10},                    /* movabs */
		{"48a11122334455667788", 10},                    /* movabs x,%rax */
		{"c7450811223344", 7},                           /* movl $,8(%rbp) */
		{"66c745081122", 6},                             /* movw $,8(%rbp) */
		{"c6450811", 4},                                 /* movb $,8(%rbp) */
		{"f6c101", 3},                                   /* test $1,%cl */
		{"f6d1", 2},                                     /* not %cl */
		{"f7c111223344", 6},                             /* test $,%ecx */
		{"48f7d9", 3},                                   /* neg %rcx */
		{"6a01", 2},                                     /* push $1 */
		{"6811223344", 5},                               /* push $ */
		{"69c011223344", 6},                             /* imul */
		{"6bc011", 3},                                   /* imul */
		{"e811223344", 5},                               /* call */
		{"eb11", 2},                                     /* jmp */
		{"7411", 2},                                     /* je */
		{"0f8411223344", 6},                             /* je */
		{"ff15112233445566", 6},                         /* call *x(%rip) */
		{"3eff20", 3},                                   /* notrack jmp *(%rax) */
		{"f0480fb10d11223344", 9},                       /* lock cmpxchg */
		{"0fb6c0", 3},                                   /* movzbl */
		{"0fbaf003", 4},                                 /* btr $3 */
		{"0fa2", 2},                                     /* cpuid */
		{"0f05", 2},                                     /* syscall */
		{"0fc8", 2},                                     /* bswap */
		{"660f1f440000", 6},                             /* nopw */
		{"66662e0f1f840000000000", 11},                  /* nopw */
		{"660f70c011", 5},                               /* pshufd */
		{"660f3800c1", 5},                               /* pshufb */
		{"660f3a0fc108", 6},                             /* palignr */
		{"f3480f2ac0", 5},                               /* cvtsi2ss */
		{"c5f877", 3},                                   /* vzeroupper */
		{"c5f96f06", 4},                                 /* vmovdqa */
		{"c5f970c011", 5},                               /* vpshufd */
		{"c4e27d5806", 5},                               /* vpbroadcastd */
		{"c4e37d39c101", 6},                             /* vextracti128 */
		{"62f17c48104601", 7},                           /* vmovups 64(%rsi),%zmm0 */
		{"62f37d483b0601", 7},                           /* vextracti32x8 */
		{"d9e8", 2},                                     /* fld1 */
		{"ddd8", 2},                                     /* fstp */
		{"06", 0},                                       /* not in this mode */
		{"62f0", 0},                                     /* cut off */
		{"e8112233", 0},                                 /* cut off */
		{"48", 0},                                       /* a prefix alone */
		{"666666666666666666666666666666e811223344", 0}, /* too long */
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		unsigned char code[32];
		size_t n = strlen(t[i].hex) / 2;

		for (size_t k = 0; k < n; k++) {
			char byte[3] = {t[i].hex[2 * k], t[i].hex[2 * k + 1], 0};

			code[k] = (unsigned char)strtoul(byte, NULL, 16);
		}
		if (dt_insn_length(code, n) != t[i].len)
			printf("%s: %u, not %u\n", t[i].hex, dt_insn_length(code, n), t[i].len);
		CHECK(dt_insn_length(code, n) == t[i].len);
	}
	CHECK(dt_insn_length((const unsigned char *)"", 0) == 0);
}

static void others(void)
{
	static const unsigned char vpxor[] = {0xc5, 0xf9, 0xef, 0xc0},
				   vpxor4[] = {0xc4, 0xe1, 0x79, 0xef, 0xc0},
				   vmovups[] = {0xc5, 0xf8, 0x10, 0x06};
	static const unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa},
				   lock[] = {0xf0, 0xff, 0x0f}, push[] = {0x55}, hlt[] = {0xf4},
				   fs[] = {0x64, 0x48, 0x8b, 0x00};

	CHECK(dt_insn_endbr(endbr64, 4) == 4 && !dt_insn_endbr(endbr64, 3) &&
	      !dt_insn_endbr(push, 1));
	CHECK(dt_insn_refused(lock, 3) && dt_insn_refused(hlt, 1));
	CHECK(dt_insn_refused(vpxor, 4) && dt_insn_refused(vpxor4, 5));
	CHECK(!dt_insn_refused(vmovups, 4) && !dt_insn_refused(push, 0));
	CHECK(!dt_insn_refused(push, 1) && !dt_insn_refused(fs, 4) && !dt_insn_refused(endbr64, 4));
}

int main(void)
{
	lengths();
	others();
	return check_summary();
}
