/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Probes of a program's own, for triggers and tests: a nop, and a note in .note.stapsdt that says
 * where it is, what it is called and where its arguments are.
 *
 *	PROBE(prov, name, "-4@%0 8@%1", "nor"(i), "nor"(p));	always there
 *	PROBE_SEM(prov, name, "", "i"(0));	with the semaphore prov_name_semaphore
 *	SEMAPHORE(prov, name);					at file level: the semaphore itself
 */
#ifndef TEST_TRIGGERS_PROBES_H
#define TEST_TRIGGERS_PROBES_H

#define PROBE_AT_(prov, name, sem, args, ...)                                                    \
	__asm__ volatile("990: nop\n"                                                            \
			 ".pushsection .note.stapsdt,\"?\",\"note\"\n"                           \
			 ".balign 4\n"                                                           \
			 ".4byte 992f-991f, 994f-993f, 3\n"                                      \
			 "991: .asciz \"stapsdt\"\n"                                             \
			 "992: .balign 4\n"                                                      \
			 "993: .8byte 990b, probes_base, " sem "\n"                              \
			 ".asciz \"" #prov "\"\n"                                                \
			 ".asciz \"" #name "\"\n"                                                \
			 ".asciz \"" args "\"\n"                                                 \
			 "994: .balign 4\n"                                                      \
			 ".popsection\n"                                                         \
			 ".ifndef probes_base\n"                                                 \
			 ".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n" \
			 ".weak probes_base\n"                                                   \
			 ".hidden probes_base\n"                                                 \
			 "probes_base: .space 1\n"                                               \
			 ".size probes_base, 1\n"                                                \
			 ".popsection\n"                                                         \
			 ".endif\n" ::__VA_ARGS__)

#define PROBE(prov, name, args, ...) PROBE_AT_(prov, name, "0", args, __VA_ARGS__)
#define PROBE_SEM(prov, name, args, ...) \
	PROBE_AT_(prov, name, #prov "_" #name "_semaphore", args, __VA_ARGS__)
#define SEMAPHORE(prov, name) \
	__attribute__((section(".probes"), used)) volatile unsigned short prov##_##name##_semaphore

#endif
