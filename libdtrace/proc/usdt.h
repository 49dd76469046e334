/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The probes a program says it has (.note.stapsdt), and where their arguments are. The table owns
 * its strings. Hostile files give an error or fewer probes, in bounded time.
 */
#ifndef DT_PROC_USDT_H
#define DT_PROC_USDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DT_USDT_ARGS 32

struct dt_usdt_site {
	const char *prov, *name; /* as the note has them: a "__" is one */
	const char *args;	 /* operands: "-4@%eax 8@-16(%rbp)" */
	uint64_t vaddr, off;	 /* the instruction: its address, and where it is in the file */
	uint64_t sem;		 /* where in the file the semaphore is; 0: none */
};

struct dt_usdt {
	struct dt_usdt_site *v;
	uint32_t n;
	void *text; /* the strings */
};

/*
 * Reads the notes of an open regular file. 0; -ENODATA if it has none; -ENOEXEC if it is no x86-64
 * program; -EBADMSG if they are damaged.
 */
int dt_usdt_read(struct dt_usdt *out, int fd);
void dt_usdt_free(struct dt_usdt *u);

/* One note's place, before addresses become places in the file: for tests. */
struct dt_usdt_note {
	uint64_t pc, base, sem;
	const char *prov, *name, *args;
};
typedef int dt_usdt_note_cb(void *arg, const struct dt_usdt_note *n);
/* Walks the content of a section of notes. 0, -EBADMSG, or what cb returned, if not 0. */
int dt_usdt_notes(const char *data, size_t len, dt_usdt_note_cb *cb, void *arg);

enum dt_usdt_kind {
	DT_USDT_UNKNOWN, /* an operand that cannot be read: floating point, a segment, a lost name */
	DT_USDT_CONST,
	DT_USDT_REG,
	DT_USDT_MEM, /* at reg + index * scale + value */
};

struct dt_usdt_arg {
	enum dt_usdt_kind kind;
	uint8_t size; /* 1, 2, 4, 8 */
	bool is_signed;
	int16_t reg, index; /* offsets in struct pt_regs; -1: none */
	uint8_t scale;
	int64_t value;	  /* the constant, or the displacement */
	const char *text; /* the operand: not terminated, `len` long */
	uint32_t len;
};

/* The address of a symbol: 0 or -ENOENT. */
typedef int dt_usdt_symbol_f(void *arg, const char *name, uint64_t *vaddr);
/* Parses operands; `vaddr`: of the instruction. Returns how many there are, at most max. */
unsigned dt_usdt_args(const char *text, uint64_t vaddr, dt_usdt_symbol_f *symbol, void *arg,
		      struct dt_usdt_arg *out, unsigned max);

#endif
