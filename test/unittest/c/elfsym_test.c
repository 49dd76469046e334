/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF symbols: our own executable, then the same file bent in many ways. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "check.h"
#include "proc/elfsym.h"

__attribute__((noinline, visibility("default"))) int elfsym_marker(int x)
{
	return x * 3 + 1;
}

/* File offset of an address of ours, from /proc/self/maps. */
static uint64_t file_offset(uintptr_t addr)
{
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned long start, end, off, found = 0;
	char line[512];

	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%lx-%lx %*s %lx", &start, &end, &off) == 3 && addr >= start &&
		    addr < end)
			found = addr - start + off;
	fclose(f);
	return found;
}

static unsigned char *slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "r");
	unsigned char *p;

	fseek(f, 0, SEEK_END);
	*n = (size_t)ftell(f);
	rewind(f);
	p = malloc(*n);
	*n = fread(p, 1, *n, f);
	fclose(f);
	return p;
}

static void try(const char *path, const unsigned char *p, size_t n)
{
	FILE *f = fopen(path, "w");
	struct dt_elf *e;
	uint64_t d;

	fwrite(p, 1, n, f);
	fclose(f);
	if (!dt_elf_open(&e, path)) {
		for (uint64_t off = 0; off < n; off += 1 + n / 64)
			dt_elf_lookup(e, off, &d);
		dt_elf_lookup(e, UINT64_MAX, &d);
		dt_elf_close(e);
	}
	if (!dt_elf_open_memory(&e, p, n))
		dt_elf_close(e);
}

/* Headers and section headers are where a lie matters: every byte of them, and truncation. */
static void hostile(void)
{
	char path[] = "/tmp/elfsym_test.XXXXXX";
	int fd = mkstemp(path);
	size_t n;
	unsigned char *p = slurp("/bin/true", &n), keep;
	uint64_t shoff;

	close(fd);
	memcpy(&shoff, p + 40, 8);
	try(path, p, n);
	for (size_t k = 0; k < n; k = k * 2 + 1)
		try(path, p, k);
	for (size_t i = 0; i < 64 + 56 * 4; i++) {
		keep = p[i];
		for (unsigned v = 0; v < 3; v++) {
			p[i] = (unsigned char)(v == 0 ? 0xff : v == 1 ? 0 : keep ^ 0x80);
			try(path, p, n);
		}
		p[i] = keep;
	}
	for (size_t i = shoff; i < n && i < shoff + 64 * 12; i++) {
		keep = p[i];
		p[i] = 0xff;
		try(path, p, n);
		p[i] = keep;
	}
	free(p);
	unlink(path);
	CHECK(1); /* we are still here */
}

static bool same(const char *pattern, const char *name)
{
	return !strcmp(pattern, name);
}

static int found(void *arg, const struct dt_elf_func *f)
{
	*(struct dt_elf_func *)arg = *f;
	return 1;
}

/* What a stripped library does not show is in its debugging file, if that is installed. */
static void debugging_file(void)
{
	struct dt_elf_func f = {0}, in = {0};
	struct dt_elf *e;

	CHECK(dt_elf_open(&e, "/lib/x86_64-linux-gnu/libc.so.6") == 0);
	CHECK(dt_elf_functions(e, "malloc", same, found, &f) == 1 && f.off && !f.ifunc);
	CHECK(dt_elf_functions(e, "no_such_function", same, found, &in) == 0);
	if (dt_elf_functions(e, "_int_malloc", same, found, &in)) {
		CHECK(in.off && in.off != f.off && in.size > 100);
	} else {
		SKIP("libc6-dbg is not installed");
	}
	dt_elf_close(e);
}

int main(void)
{
	struct dt_elf *e = NULL;
	uint64_t delta = 99, off = file_offset((uintptr_t)elfsym_marker);
	const char *s;
	char dir[] = "/tmp/elfsym_test.XXXXXX", fifo[64];

	CHECK(elfsym_marker(1) == 4 && off);
	CHECK(dt_elf_open(&e, "/proc/self/exe") == 0 && e);
	s = dt_elf_lookup(e, off, &delta);
	CHECK_STR(s, "elfsym_marker");
	CHECK(delta == 0);
	CHECK_STR(dt_elf_lookup(e, off + 1, &delta), "elfsym_marker");
	CHECK(delta == 1);
	CHECK(!dt_elf_lookup(e, 1ull << 40, &delta));
	dt_elf_close(e);

	CHECK(dt_elf_open(&e, "/nonexistent") == -ENOENT && !e);
	CHECK(dt_elf_open(&e, "/proc") == -ENOEXEC);
	CHECK(dt_elf_open(&e, "/etc/passwd") == -ENOEXEC);
	CHECK(dt_elf_open(&e, "/dev/zero") == -ENOEXEC);
	snprintf(fifo, sizeof(fifo), "%s/fifo", mkdtemp(dir));
	CHECK(mkfifo(fifo, 0600) == 0);
	CHECK(dt_elf_open(&e, fifo) == -ENOEXEC); /* does not wait for a writer */
	unlink(fifo);
	rmdir(dir);
	debugging_file();
	hostile();
	return check_summary();
}
