/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Symbols of an ELF file (libelf): .symtab, or that of its debugging file where one is installed, or
 * .dynsym where that is all there is. Hostile files
 * give an error or fewer symbols, in bounded time.
 */
#ifndef DT_PROC_ELFSYM_H
#define DT_PROC_ELFSYM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dt_elf;
/* Opens and indexes. 0 or negative errno. */
int dt_elf_open(struct dt_elf **out, const char *path);
/* The same for a regular file that is open, and stays so; without symbols, segments are all. */
int dt_elf_open_fd(struct dt_elf **out, int fd, bool symbols);
/* The same for an image in memory (the vdso); it is copied. */
int dt_elf_open_memory(struct dt_elf **out, const void *image, size_t size);
void dt_elf_close(struct dt_elf *e);
/* The function containing file offset `off` (as mapped by an executable segment). NULL if none.
 * *delta: offset in it. */
const char *dt_elf_lookup(const struct dt_elf *e, uint64_t off, uint64_t *delta);
/* Where the file has what an executable (or another) segment puts at vaddr. */
bool dt_elf_offset(const struct dt_elf *e, uint64_t vaddr, bool exec, uint64_t *off);
uint64_t dt_elf_entry(const struct dt_elf *e); /* the address of its entry point */
/* DT_SONAME; "" if it has none. */
const char *dt_elf_soname(const struct dt_elf *e);

struct dt_elf_func {
	const char *name;
	uint64_t vaddr, off, size; /* off: in the file; size 0: unknown */
	bool ifunc;		   /* not the function but what chooses it */
};
typedef bool dt_elf_match(const char *pattern, const char *name);
typedef int dt_elf_func_cb(void *arg, const struct dt_elf_func *f); /* non-zero stops */
/*
 * The functions with a name that matches, each address once, in order of address; names with a "."
 * or "@" only if they are the pattern. Returns what cb returned last.
 */
int dt_elf_functions(const struct dt_elf *e, const char *pattern, dt_elf_match *match,
		     dt_elf_func_cb *cb, void *arg);
/* The address of any symbol, of an open file. 0, -ENOENT, -ENOEXEC. */
int dt_elf_symbol(int fd, const char *name, uint64_t *vaddr);

#endif
