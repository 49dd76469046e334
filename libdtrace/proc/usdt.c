/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program's own probes, from its section .note.stapsdt. Each note is
 *
 *	u32 namesz = 8, u32 descsz, u32 type = 3, "stapsdt\0"
 *	u64 pc, u64 base, u64 semaphore, "provider\0", "name\0", "operands\0", to a multiple of 4
 *
 * with addresses as they were linked. If the program was moved since (prelink), the section
 * .stapsdt.base has moved as far from `base`. Nothing here is believed: notes are walked inside
 * their section only, strings must end inside their note, and names with characters that a probe
 * description could not hold are left out.
 */
#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include "proc/elfsym.h"
#include "proc/usdt.h"

#define MAX_SECTIONS 65536u
#define MAX_NOTES    (16u << 20) /* bytes */
#define MAX_SITES    65536u
#define MAX_NAME     128u
#define MAX_ARGS     4096u
#define TYPE_STAPSDT 3u

static const char owner[8] = "stapsdt";

/* ------------------------------------------------------------------ notes */

/* A string that ends before `end`: its length, or -1. */
static long string(const char *s, const char *end)
{
	const char *nul = s < end ? memchr(s, 0, (size_t)(end - s)) : NULL;

	return nul ? nul - s : -1;
}

/* Letters, digits and what identifiers have besides. */
static bool is_name(const char *s, long len)
{
	if (len <= 0 || len > (long)MAX_NAME)
		return false;
	for (; *s; s++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$",
			    *s))
			return false;
	return true;
}

static int parse_note(const char *d, uint32_t size, dt_usdt_note_cb *cb, void *arg)
{
	const char *end = d + size;
	struct dt_usdt_note n;
	uint64_t addr[3];
	long prov, name, args;

	if (size < sizeof(addr))
		return -EBADMSG;
	memcpy(addr, d, sizeof(addr));
	n = (struct dt_usdt_note){.pc = addr[0], .base = addr[1], .sem = addr[2]};
	n.prov = d + sizeof(addr);
	prov = string(n.prov, end);
	n.name = n.prov + prov + 1;
	name = prov < 0 ? -1 : string(n.name, end);
	n.args = n.name + name + 1;
	args = name < 0 ? -1 : string(n.args, end);
	if (args < 0)
		return -EBADMSG;
	if (!is_name(n.prov, prov) || !is_name(n.name, name) || args > (long)MAX_ARGS)
		return 0;
	return cb(arg, &n);
}

int dt_usdt_notes(const char *data, size_t len, dt_usdt_note_cb *cb, void *arg)
{
	uint32_t head[3];
	int r = 0;

	for (size_t at = 0; !r && len - at >= sizeof(head);) {
		uint64_t name_at, desc_at, next;

		memcpy(head, data + at, sizeof(head));
		name_at = at + sizeof(head);
		desc_at = name_at + ((head[0] + 3ull) & ~3ull);
		next = desc_at + ((head[1] + 3ull) & ~3ull);
		if (desc_at + head[1] > len)
			return -EBADMSG;
		if (head[2] == TYPE_STAPSDT && head[0] == sizeof(owner) &&
		    !memcmp(data + name_at, owner, sizeof(owner)))
			r = parse_note(data + desc_at, head[1], cb, arg);
		if (next > len) /* the last one need not be padded */
			break;
		at = next;
	}
	return r;
}

/* ------------------------------------------------------------------ files */

struct reader {
	struct dt_usdt *out;
	struct dt_elf *elf;
	uint64_t base; /* where .stapsdt.base is now; 0: there is none */
	uint32_t cap;
};

static int add_site(void *arg, const struct dt_usdt_note *n)
{
	struct reader *rd = arg;
	struct dt_usdt *u = rd->out;
	uint64_t moved = rd->base ? rd->base - n->base : 0;
	struct dt_usdt_site s = {
		.prov = n->prov, .name = n->name, .args = n->args, .vaddr = n->pc + moved};

	if (!dt_elf_offset(rd->elf, s.vaddr, true, &s.off))
		return 0; /* not in code: a section that was thrown away while linking */
	if (n->sem && !dt_elf_offset(rd->elf, n->sem + moved, false, &s.sem))
		return 0;
	if (u->n == MAX_SITES)
		return -EBADMSG;
	if (u->n == rd->cap) {
		uint32_t cap = rd->cap ? rd->cap * 2 : 64;
		struct dt_usdt_site *v = realloc(u->v, cap * sizeof(*v));

		if (!v)
			return -ENOMEM;
		u->v = v;
		rd->cap = cap;
	}
	u->v[u->n++] = s;
	return 0;
}

/* The section of notes, and where .stapsdt.base is. Of several with that name the first counts. */
static Elf_Scn *find_notes(Elf *elf, uint64_t *base)
{
	Elf_Scn *s = NULL, *notes = NULL;
	size_t strings;
	uint32_t n = 0;

	*base = 0;
	if (elf_getshdrstrndx(elf, &strings))
		return NULL;
	while ((s = elf_nextscn(elf, s)) && n++ < MAX_SECTIONS) {
		const char *name;
		GElf_Shdr sh;

		if (!gelf_getshdr(s, &sh) || !(name = elf_strptr(elf, strings, sh.sh_name)))
			continue;
		if (!strcmp(name, ".stapsdt.base"))
			*base = sh.sh_addr;
		else if (!notes && sh.sh_type == SHT_NOTE && !strcmp(name, ".note.stapsdt"))
			notes = s;
	}
	return notes;
}

static int read_notes(struct reader *rd, Elf *elf, int fd)
{
	Elf_Scn *s = find_notes(elf, &rd->base);
	Elf_Data *d;
	int r;

	if (!s)
		return -ENODATA;
	d = elf_getdata(s, NULL);
	if (!d || !d->d_buf || d->d_size > MAX_NOTES)
		return -EBADMSG;
	rd->out->text = malloc(d->d_size + 1);
	if (!rd->out->text)
		return -ENOMEM;
	memcpy(rd->out->text, d->d_buf, d->d_size);
	r = dt_elf_open_fd(&rd->elf, fd, false);
	if (!r)
		r = dt_usdt_notes(rd->out->text, d->d_size, add_site, rd);
	dt_elf_close(rd->elf);
	return r ? r : rd->out->n ? 0 : -ENODATA;
}

int dt_usdt_read(struct dt_usdt *out, int fd)
{
	struct reader rd = {.out = out};
	int r = -ENOEXEC;
	GElf_Ehdr eh;
	Elf *elf;

	*out = (struct dt_usdt){0};
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &eh) &&
	    eh.e_ident[EI_CLASS] == ELFCLASS64 && eh.e_machine == EM_X86_64)
		r = read_notes(&rd, elf, fd);
	elf_end(elf);
	if (r)
		dt_usdt_free(out);
	return r;
}

void dt_usdt_free(struct dt_usdt *u)
{
	free(u->v);
	free(u->text);
	*u = (struct dt_usdt){0};
}
