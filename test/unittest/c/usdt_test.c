/* SPDX-License-Identifier: BSD-2-Clause */
/* A program's own probes: those of this one; operands of every form; notes bent in many ways. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../../triggers/probes.h"
#include "check.h"
#include "proc/elfsym.h"
#include "proc/usdt.h"

SEMAPHORE(unit, counted);
int usdt_global = 42;

__attribute__((noinline)) static void fire(int i, const char *s)
{
	PROBE(unit, plain__one, "-4@%0 8@%1", "nor"(i), "nor"(s));
	if (unit_counted_semaphore)
		PROBE_SEM(unit, counted, "-4@usdt_global(%%rip)", "i"(0));
	PROBE(unit, plain__one, "-4@$7 8@%0", "nor"(s));
}

static const struct dt_usdt_site *site(const struct dt_usdt *u, const char *name, unsigned nth)
{
	for (uint32_t i = 0; i < u->n; i++)
		if (!strcmp(u->v[i].name, name) && !nth--)
			return &u->v[i];
	return NULL;
}

static int symbol(void *arg, const char *name, uint64_t *vaddr)
{
	return dt_elf_symbol(*(int *)arg, name, vaddr);
}

static void ours(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	const struct dt_usdt_site *a, *b, *c;
	struct dt_usdt_arg args[4];
	struct dt_usdt u;
	struct dt_elf *e;
	uint64_t d, global = 0;
	unsigned char code = 0;

	fire(1, "x");
	CHECK(dt_usdt_read(&u, fd) == 0 && u.n == 3);
	a = site(&u, "plain__one", 0);
	b = site(&u, "plain__one", 1);
	c = site(&u, "counted", 0);
	CHECK(a && b && c && !site(&u, "plain__one", 2));
	if (!a || !b || !c)
		return;
	CHECK_STR(a->prov, "unit");
	CHECK(pread(fd, &code, 1, (off_t)a->off) == 1 && code == 0x90);
	CHECK(!a->sem && c->sem && a->off != b->off);
	CHECK(dt_elf_open_fd(&e, fd, true) == 0);
	CHECK(strstr(dt_elf_lookup(e, a->off, &d), "fire"));
	dt_elf_close(e);
	CHECK(dt_usdt_args(a->args, a->vaddr, symbol, &fd, args, 4) == 2);
	CHECK(args[0].size == 4 && args[0].is_signed && args[1].size == 8 && !args[1].is_signed);
	CHECK(dt_elf_symbol(fd, "usdt_global", &global) == 0 && global);
	CHECK(dt_elf_symbol(fd, "no_such_symbol", &global) == -ENOENT);
	CHECK(dt_usdt_args(c->args, c->vaddr, symbol, &fd, args, 4) == 1);
	CHECK(args[0].kind == DT_USDT_MEM && args[0].reg == 128 &&
	      args[0].value == (int64_t)(global - c->vaddr));
	dt_usdt_free(&u);
	close(fd);

	fd = open("/bin/true", O_RDONLY);
	CHECK(dt_usdt_read(&u, fd) == -ENODATA && !u.v && !u.text);
	close(fd);
	fd = open("/etc/passwd", O_RDONLY);
	CHECK(dt_usdt_read(&u, fd) == -ENOEXEC);
	close(fd);
}

/* ------------------------------------------------------------------ operands */

static int known(void *arg, const char *name, uint64_t *vaddr)
{
	(void)arg;
	*vaddr = 0x5000;
	return strcmp(name, "var") && strcmp(name, "_ZN1a1bE") && strcmp(name, ".L$x") ? -ENOENT
										       : 0;
}

/* "reg 80 4 signed": what one operand is, as text. */
static const char *parsed(const char *text)
{
	static char buf[128];
	struct dt_usdt_arg a[2];
	unsigned n = dt_usdt_args(text, 0x4000, known, NULL, a, 2);
	const char *sign = a[0].is_signed ? " signed" : "";

	if (n != 1)
		snprintf(buf, sizeof(buf), "%u operands", n);
	else if (a[0].kind == DT_USDT_CONST)
		snprintf(buf, sizeof(buf), "%lld", (long long)a[0].value);
	else if (a[0].kind == DT_USDT_REG)
		snprintf(buf, sizeof(buf), "reg %d %u%s", a[0].reg, a[0].size, sign);
	else if (a[0].kind == DT_USDT_MEM)
		snprintf(buf, sizeof(buf), "mem %d+%d*%u%+lld %u%s", a[0].reg, a[0].index,
			 a[0].scale, (long long)a[0].value, a[0].size, sign);
	else
		snprintf(buf, sizeof(buf), "unknown");
	return buf;
}

static void operands(void)
{
	static const char *const t[][2] = {
		{"8@%rax", "reg 80 8"},
		{"-8@%rax", "reg 80 8 signed"},
		{"4@%eax", "reg 80 4"},
		{"-2@%dx", "reg 96 2 signed"},
		{"1@%al", "reg 80 1"},
		{"1@%ah", "reg 81 1"},
		{"-1@%sil", "reg 104 1 signed"},
		{"4@%r8d", "reg 72 4"},
		{"1@%r15b", "reg 0 1"},
		{"2@%r10w", "reg 56 2"},
		{"4@%al", "reg 80 1"},
		{"%rbx", "reg 40 8 signed"},
		{"4@$5", "5"},
		{"-4@$-5", "-5"},
		{"4@$-1", "4294967295"},
		{"1@$0x1ff", "255"},
		{"8@$0xffffffffffffffff", "-1"},
		{"-4@$4+2-1", "5"},
		{"8@(%rdi)", "mem 112+-1*1+0 8"},
		{"8@-16(%rbp)", "mem 32+-1*1-16 8"},
		{"-4@0x10(%rsp)", "mem 152+-1*1+16 4 signed"},
		{"8@(%rax,%rbx,8)", "mem 80+40*8+0 8"},
		{"8@24(%rax,%r9)", "mem 80+64*1+24 8"},
		{"1@8(,%rcx,4)", "mem -1+88*4+8 1"},
		{"8@var(%rip)", "mem 128+-1*1+4096 8"},
		{"8@8+var(%rip)", "mem 128+-1*1+4104 8"},
		{"8@var-8(%rip)", "mem 128+-1*1+4088 8"},
		{"8@_ZN1a1bE+4", "mem 128+-1*1+4100 8"},
		{"4@.L$x(,%rax,4)", "mem 128+80*4+4096 4"},
		{"8f@%xmm0", "unknown"},
		{"4f@-8(%rbp)", "unknown"},
		{"8@%xmm1", "unknown"},
		{"8@%fs:40", "unknown"},
		{"8@lost(%rip)", "unknown"},
		{"8@var(%rax)", "unknown"},
		{"8@$var", "unknown"},
		{"3@%rax", "unknown"},
		{"@%rax", "unknown"},
		{"8@", "unknown"},
		{"8@(", "unknown"},
		{"8@()", "unknown"},
		{"8@(%rax", "unknown"},
		{"8@(%rax,%rbx,3)", "unknown"},
		{"8@(%eax)", "unknown"},
		{"8@%rax)", "unknown"},
		{"8@$", "unknown"},
		{"8@$5x", "unknown"},
		{"8@*(%rax)", "unknown"},
		{"8@16(%rip)", "unknown"},
		{"", "0 operands"},
		{"  ", "0 operands"},
		{"8@%rax 4@%ebx", "2 operands"},
	};
	struct dt_usdt_arg a[3];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		CHECK_STR(parsed(t[i][0]), t[i][1]);
	/* one that is not understood does not hide the others */
	CHECK(dt_usdt_args(" 8@%rdi  8f@%xmm0\t4@$1 ", 0, NULL, NULL, a, 3) == 3);
	CHECK(a[0].kind == DT_USDT_REG && a[1].kind == DT_USDT_UNKNOWN && a[2].value == 1);
	CHECK(a[1].len == 8 && !memcmp(a[1].text, "8f@%xmm0", 8));
	CHECK(dt_usdt_args("1@$1 1@$2 1@$3 1@$4", 0, NULL, NULL, a, 3) == 3);
}

/* ------------------------------------------------------------------ hostile */

static int count(void *arg, const struct dt_usdt_note *n)
{
	(void)n;
	++*(int *)arg;
	return 0;
}

static size_t put_note(char *p, uint32_t descsz, const char *strings, size_t len)
{
	uint32_t head[] = {8, descsz, 3};

	memset(p, 0, 64 + len);
	memcpy(p, head, 12);
	memcpy(p + 12, "stapsdt", 8);
	memcpy(p + 44, strings, len);
	return 20 + ((descsz + 3) & ~3u);
}

static void notes(void)
{
	static char b[1024];
	size_t n;
	int k = 0;

	n = put_note(b, 24 + 8, "p\0n\0abc\0", 8);
	CHECK(n == 52 && dt_usdt_notes(b, n, count, &k) == 0 && k == 1);
	n += put_note(b + n, 24 + 5, "p\0n\0\0", 5);
	CHECK(dt_usdt_notes(b, n, count, &k) == 0 && k == 3);
	CHECK(dt_usdt_notes(b, n - 3, count, &k) == 0 && k == 5); /* the last one's padding */
	CHECK(dt_usdt_notes(b, n - 4, count, &k) == -EBADMSG);
	CHECK(dt_usdt_notes(b, 5, count, &k) == 0); /* no room for a note is none */
	k = 0;
	n = put_note(b, 24 + 6, "p\0n\0ab", 6); /* not ended */
	CHECK(dt_usdt_notes(b, n, count, &k) == -EBADMSG);
	n = put_note(b, 24 + 1, "p", 1);
	CHECK(dt_usdt_notes(b, n, count, &k) == -EBADMSG);
	n = put_note(b, 20, "", 0);
	CHECK(dt_usdt_notes(b, n, count, &k) == -EBADMSG);
	n = put_note(b, 0xfffffffc, "", 0);
	CHECK(dt_usdt_notes(b, sizeof(b), count, &k) == -EBADMSG);
	n = put_note(b, 24 + 7, "p:q\0n\0\0", 7); /* no description could name it */
	CHECK(dt_usdt_notes(b, n, count, &k) == 0 && k == 0);
	n = put_note(b, 24 + 4, "\0n\0\0", 4);
	CHECK(dt_usdt_notes(b, n, count, &k) == 0 && k == 0);
	n = put_note(b, 24 + 5, "p\0n\0\0", 5);
	b[12] = 'S'; /* somebody else's */
	CHECK(dt_usdt_notes(b, n, count, &k) == 0 && k == 0);
}

/* This program with bytes of its headers and notes changed, and cut off. */
static void hostile(void)
{
	int self = open("/proc/self/exe", O_RDONLY), fd = memfd_create("bent", 0);
	size_t n = (size_t)lseek(self, 0, SEEK_END);
	unsigned char *p = malloc(n);
	struct dt_usdt u;
	uint64_t shoff, notes_at = 0;
	unsigned ok = 0, bad = 0;

	CHECK(pread(self, p, n, 0) == (ssize_t)n && pwrite(fd, p, n, 0) == (ssize_t)n);
	memcpy(&shoff, p + 40, 8);
	for (size_t i = 0; i + 8 < n && !notes_at; i++)
		if (!memcmp(p + i, "stapsdt", 8) && p[i - 4] == 3)
			notes_at = i - 12;
	CHECK(notes_at);
	for (size_t from = 0; from < 3; from++) {
		size_t at = from == 0 ? 0 : from == 1 ? notes_at : shoff;
		size_t len = from == 0 ? 64 + 56 * 4 : from == 1 ? 200 : n - shoff;

		for (size_t i = at; i < at + len && i < n; i++) {
			unsigned char v = i % 3 ? 0xff : p[i] ^ 0x80;

			CHECK(pwrite(fd, &v, 1, (off_t)i) == 1);
			if (dt_usdt_read(&u, fd))
				bad++;
			else
				ok++;
			dt_usdt_free(&u);
			CHECK(pwrite(fd, &p[i], 1, (off_t)i) == 1);
		}
	}
	CHECK(ok && bad);
	for (size_t k = n; k > 64; k -= k / 20 + 1) {
		CHECK(ftruncate(fd, (off_t)k) == 0);
		if (k < n)
			CHECK(dt_usdt_read(&u, fd) < 0);
	}
	close(self);
	close(fd);
	free(p);
}

int main(void)
{
	ours();
	operands();
	notes();
	hostile();
	return check_summary();
}
