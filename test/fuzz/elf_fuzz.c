/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: any bytes as a program's notes, as operands of its probes, as the list of what a process has
 * mapped, and as the program. Built
 * with -DSTANDALONE it runs a number of rounds on itself, changed here and there: it has symbols,
 * and probes of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../triggers/probes.h"
#include "proc/elfsym.h"
#include "proc/insn.h"
#include "proc/maps.h"
#include "proc/usdt.h"

static bool all(const char *pattern, const char *name)
{
	return *pattern == '*' && strlen(name) > 0;
}

static int touch(void *arg, const struct dt_elf_func *f)
{
	*(size_t *)arg += strlen(f->name) + f->off;
	return 0;
}

static int site(void *arg, const struct dt_usdt_note *n)
{
	struct dt_usdt_arg a[DT_USDT_ARGS];

	*(size_t *)arg += strlen(n->prov) + strlen(n->name) +
			  dt_usdt_args(n->args, n->pc, NULL, NULL, a, DT_USDT_ARGS);
	return 0;
}

static void program(int fd)
{
	struct dt_usdt_arg a[DT_USDT_ARGS];
	struct dt_usdt u;
	struct dt_elf *e;
	uint64_t d;
	size_t sum = 0;

	if (!dt_elf_open_fd(&e, fd, true)) {
		dt_elf_functions(e, "*", all, touch, &sum);
		for (uint64_t off = 0; off < 1 << 16; off += 251)
			dt_elf_lookup(e, off, &d);
		dt_elf_close(e);
	}
	if (!dt_usdt_read(&u, fd)) {
		for (uint32_t i = 0; i < u.n; i++)
			dt_usdt_args(u.v[i].args, u.v[i].vaddr, NULL, NULL, a, DT_USDT_ARGS);
		dt_usdt_free(&u);
	}
	dt_elf_symbol(fd, "main", &d);
}

static void mappings(char *text, size_t n)
{
	FILE *f = n ? fmemopen(text, n, "r") : NULL;
	struct dt_mappings m;
	char object[32];

	if (!f)
		return;
	if (!dt_mappings_parse(&m, f)) {
		for (uint32_t i = 0; i < m.n; i++) {
			dt_mapping_object(m.v[i].path, object, sizeof(object));
			dt_mapping_at(&m, m.v[i].start);
		}
		dt_mappings_free(&m);
	}
	fclose(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct dt_usdt_arg a[DT_USDT_ARGS];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	char *text = malloc(n + 1); /* exactly as long, so that reading on is seen */
	size_t sum = 0;

	if (!text || fd < 0)
		return 0;
	memcpy(text, in, n);
	text[n] = 0;
	dt_usdt_args(text, 0x1000, NULL, NULL, a, DT_USDT_ARGS);
	dt_usdt_notes(text, n, site, &sum);
	mappings(text, n);
	for (size_t i = 0; i < n; i++)
		sum += dt_insn_length((unsigned char *)text + i, n - i) +
		       dt_insn_refused((unsigned char *)text + i, n - i) +
		       dt_insn_endbr((unsigned char *)text + i, n - i);
	if (write(fd, in, n) == (ssize_t)n)
		program(fd);
	free(text);
	close(fd);
	return 0;
}

#ifdef STANDALONE
static uint32_t seed = 1;

static uint32_t next(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

/* A few of the bytes in [at, at + len) become others, as likely extreme as not. */
static void bend(uint8_t *p, size_t at, size_t len)
{
	for (uint32_t k = next() % 6 + 1; k; k--) {
		uint32_t how = next();

		p[at + next() % len] = how & 1 ? 0xff : how & 2 ? 0 : (uint8_t)(how >> 2);
	}
}

static void fuzz_self(unsigned long rounds)
{
	static uint8_t image[4 << 20], was[4 << 20];
	FILE *f = fopen("/proc/self/exe", "r");
	size_t n = f ? fread(was, 1, sizeof(was), f) : 0, shoff = 0, notes = 0;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (f)
		fclose(f);
	memcpy(&shoff, was + 40, sizeof(shoff));
	for (size_t i = 12; i + 8 < n && !notes; i++)
		if (!memcmp(was + i, "stapsdt", 8) && was[i - 4] == 3)
			notes = i - 12;
	if (n < 4096 || fd < 0 || !notes || shoff >= n)
		abort();
	if (ftruncate(fd, (off_t)n) || pwrite(fd, was, n, 0) != (ssize_t)n)
		abort();
	while (rounds--) {
		size_t at[] = {0, notes, shoff, shoff + next() % (n - shoff)};
		size_t len[] = {400, 160, n - shoff, 64}, w = next() % 4;

		if (at[w] + len[w] > n)
			len[w] = n - at[w];
		memcpy(image + at[w], was + at[w], len[w]);
		bend(image, at[w], len[w]);
		if (pwrite(fd, image + at[w], len[w], (off_t)at[w]) < 0)
			abort();
		program(fd);
		if (pwrite(fd, was + at[w], len[w], (off_t)at[w]) < 0)
			abort();
	}
	close(fd);
}

/* A few lines of /proc/PID/maps, some of them bent. */
static void fuzz_mappings(unsigned long rounds)
{
	static const char line[] =
		"7f12c0428000-7f12c057d000 r-xp 00028000 fd:01 1835  /usr/lib/libc.so.6\n";
	uint8_t text[4 * sizeof(line)];
	size_t n;

	while (rounds--) {
		n = 0;
		for (uint32_t k = next() % 4 + 1; k; k--) {
			memcpy(text + n, line, sizeof(line) - 1);
			if (next() % 3)
				bend(text, n, sizeof(line) - 1);
			n += sizeof(line) - 1;
		}
		LLVMFuzzerTestOneInput(text, n - next() % 40);
	}
}

int main(int argc, char **argv)
{
	static const char *const words[] = {"8@",    "-4@", "$",      "%rax", "(%rbx",
					    ",%rcx", ",8)", "(%rip)", "-16",  "name",
					    " ",     "+",   "f@",     "0x"};
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000;
	char text[256];

	PROBE(fuzz, here, "-4@%0 8@%1", "nor"(argc), "nor"(argv));
	for (unsigned long i = 0; i < rounds; i++) {
		text[0] = 0;
		for (uint32_t k = next() % 12; k; k--)
			strcat(text, words[next() % (sizeof(words) / sizeof(*words))]);
		if (next() & 1 && text[0])
			bend((uint8_t *)text, 0, strlen(text));
		LLVMFuzzerTestOneInput((uint8_t *)text, strlen(text));
	}
	fuzz_mappings(rounds);
	fuzz_self(rounds / 10);
	return 0;
}
#endif
