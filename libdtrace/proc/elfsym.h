/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Symbols of an ELF file (libelf): .symtab, or .dynsym where that is all there is. Hostile files
 * give an error or fewer symbols, in bounded time.
 */
#ifndef DT_PROC_ELFSYM_H
#define DT_PROC_ELFSYM_H

#include <stddef.h>
#include <stdint.h>

struct dt_elf;
/* Opens and indexes. 0 or negative errno. */
int dt_elf_open(struct dt_elf **out, const char *path);
/* The same for an image in memory (the vdso); it is copied. */
int dt_elf_open_memory(struct dt_elf **out, const void *image, size_t size);
void dt_elf_close(struct dt_elf *e);
/* The function containing file offset `off` (as mapped by an executable segment). NULL if none.
 * *delta: offset in it. */
const char *dt_elf_lookup(const struct dt_elf *e, uint64_t off, uint64_t *delta);

#endif
