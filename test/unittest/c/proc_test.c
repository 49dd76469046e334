/* SPDX-License-Identifier: BSD-2-Clause */
/* Victims: started and held, let go, killed while held, gone; symbols of a live process. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "consume_fake.h"
#include "proc/maps.h"
#include "proc/proc.h"

static bool ended(struct dt_proc *p)
{
	struct pollfd pfd = {.fd = p->pidfd, .events = POLLIN};

	return poll(&pfd, 1, 5000) == 1 && dt_proc_poll(p);
}

static void create(void)
{
	char *argv[] = {"sh", "-c", "exit 7", NULL}, *none[] = {"nonexistent-program", NULL},
	     *slow[] = {"sleep", "60", NULL};
	struct dt_proc *p;
	siginfo_t si;
	pid_t pid;

	CHECK(dt_proc_create(&p, "nonexistent-program", none) == -ENOENT && !p);
	CHECK(dt_proc_create(&p, "/", none) == -EACCES && !p);
	CHECK(dt_proc_create(&p, "sh", argv) == 0);
	usleep(20000);
	CHECK(p->held && !dt_proc_poll(p)); /* it waits */
	CHECK(dt_proc_continue(p) == 0 && dt_proc_continue(p) == 0);
	CHECK(ended(p) && WIFEXITED(p->status) && WEXITSTATUS(p->status) == 7);
	dt_proc_release(p);

	CHECK(dt_proc_create(&p, "sh", argv) == 0);
	pid = p->pid;
	dt_proc_release(p); /* still held: killed and reaped */
	CHECK(kill(pid, 0) && errno == ESRCH);

	CHECK(dt_proc_create(&p, "sleep", slow) == 0);
	pid = p->pid;
	CHECK(dt_proc_continue(p) == 0);
	dt_proc_release(p); /* has not ended: likewise */
	CHECK(kill(pid, 0) && errno == ESRCH);

	CHECK(dt_proc_create(&p, "sh", argv) == 0);
	kill(p->pid, SIGKILL);
	CHECK(ended(p) && WIFSIGNALED(p->status) && WTERMSIG(p->status) == SIGKILL);
	CHECK(dt_proc_continue(p) == 0);
	dt_proc_release(p);
	CHECK(waitid(P_ALL, 0, &si, WEXITED | WNOHANG) < 0 && errno == ECHILD); /* no zombies */
}

static bool has_mapped(pid_t pid, const char *object)
{
	struct dt_mappings m;
	char name[256];
	bool found = false;

	if (dt_mappings_read(&m, pid))
		return false;
	for (uint32_t i = 0; i < m.n; i++) {
		dt_mapping_object(m.v[i].path, name, sizeof(name));
		found |= !strcmp(name, object);
	}
	dt_mappings_free(&m);
	return found;
}

/* Held where its libraries are there, and then it runs as if nothing had been. */
static void advance(void)
{
	static const enum dt_evaltime when[] = {DT_EVAL_EXEC, DT_EVAL_PREINIT, DT_EVAL_POSTINIT,
						DT_EVAL_MAIN};
	char *argv[] = {"sh", "-c", "exit 7", NULL}, *self[] = {"/proc/self/exe", "child", NULL},
	     *gone[] = {"sh", "-c", ":", NULL};
	struct dt_proc *p;

	for (unsigned i = 0; i < 4; i++) {
		CHECK(dt_proc_create(&p, i & 1 ? self[0] : argv[0], i & 1 ? self : argv) == 0);
		CHECK(!has_mapped(p->pid, "libc.so.6"));
		CHECK(dt_proc_advance(p, when[i]) == 0 && p->held && !dt_proc_poll(p));
		CHECK(has_mapped(p->pid, "libc.so.6") == (i > 0));
		CHECK(dt_proc_advance(p, DT_EVAL_MAIN) == 0); /* once only, but for exec */
		CHECK(dt_proc_continue(p) == 0 && ended(p));
		CHECK(WIFEXITED(p->status) && WEXITSTATUS(p->status) == 7);
		dt_proc_release(p);
	}
	CHECK(dt_proc_create(&p, gone[0], gone) == 0);
	kill(p->pid, SIGKILL);
	CHECK(dt_proc_advance(p, DT_EVAL_POSTINIT) < 0);
	CHECK(ended(p));
	dt_proc_release(p);
}

/* What a hostile process could make of its list: lines of another form are passed over, and there is a limit. */
static void hostile_mappings(void)
{
	static const char some[] =
		"\n-\n1-2\n2000-1000 r-xp 0 0:0 0 /backwards\n"
		"1000-2000 r-xp 0 0:0 99999999999999999999999 /ino\n"
		"1000-99999999999999999999 r-xp 0 0:0 0 /end\n"
		"1000-2000 rwxprwxp 0 0:0 0 /perms\n1000-2000 r--p 0 0:0 0 /data\n"
		"1000-2000 r-xp 0 0:0 0\n3000-4000 r-xp 10 fd:1 7   /a b\\012c\n5000-6000 r-x";
	size_t many = 70000, cap = many * 32, n = 0;
	char *lines = malloc(cap);
	struct dt_mappings m;
	FILE *f = fmemopen((char *)(uintptr_t)some, sizeof(some) - 1, "r");

	CHECK(f && !dt_mappings_parse(&m, f) && m.n == 2);
	CHECK_STR(m.v[0].path, "");
	CHECK_STR(m.v[1].path, "/a b\\012c");
	CHECK(m.v[1].off == 0x10 && m.v[1].ino == 7 && m.v[1].dev == (0xfdull << 32 | 1));
	dt_mappings_free(&m);
	fclose(f);
	for (size_t i = 1; lines && i <= many; i++)
		n += (size_t)snprintf(lines + n, cap - n, "%zx000-%zx000 r-xp 0 0:0 0\n", i, i + 1);
	f = lines ? fmemopen(lines, n, "r") : NULL;
	CHECK(f && !dt_mappings_parse(&m, f) && m.n == 65536);
	CHECK(dt_mapping_at(&m, 0x10000000) == &m.v[0xffff] && !dt_mapping_at(&m, 0x10001000));
	dt_mappings_free(&m);
	fclose(f);
	free(lines);
	f = fmemopen((char *)(uintptr_t)some, 5, "r");
	CHECK(f && dt_mappings_parse(&m, f) == -ESRCH && !m.v);
	fclose(f);
}

static void mappings(void)
{
	char path[4096], object[64];
	const struct dt_mapping *at;
	struct dt_mappings m;
	int fd;

	CHECK(dt_mappings_read(&m, 0x3ffffff) == -ESRCH && !m.v);
	CHECK(dt_mappings_read(&m, getpid()) == 0 && m.n > 2);
	at = dt_mapping_at(&m, (uint64_t)(uintptr_t)mappings);
	CHECK(at && at->ino && !dt_mapping_at(&m, 1) && !dt_mapping_at(&m, UINT64_MAX));
	fd = dt_mapping_open(getpid(), at, path, sizeof(path));
	CHECK(fd >= 0);
	CHECK_STR(path, at->path);
	close(fd);
	CHECK(dt_mapping_open(getpid(), at, path, 4) == -ENAMETOOLONG);
	dt_mappings_free(&m);
	dt_mapping_object("/a/libx.so (deleted)", object, sizeof(object));
	CHECK_STR(object, "libx.so");
	dt_mapping_object("[vdso]", object, sizeof(object));
	CHECK_STR(object, "[vdso]");
}

static void grab(void)
{
	struct dt_proc *p;
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	CHECK(dt_proc_grab(&p, 0) == -ESRCH && dt_proc_grab(&p, -5) == -ESRCH);
	CHECK(dt_proc_grab(&p, 0x3ffffff) == -ESRCH);
	CHECK(dt_proc_grab(&p, pid) == 0 && !dt_proc_poll(p));
	CHECK(dt_proc_continue(p) == 0);
	kill(pid, SIGTERM);
	CHECK(ended(p));
	dt_proc_release(p);
	waitpid(pid, NULL, 0);
}

__attribute__((noinline)) static void marker(void)
{
	__asm__ volatile("nop; nop; nop"); /* an address inside it is needed */
}

static void symbols(void)
{
	struct fake f = {0};
	char text[256], want[64];
	struct dt_field usym = {.kind = DT_FLD_USYM, .size = 16, .resolve = DT_RSV_SYM};
	uint64_t at[2] = {(uint64_t)getpid(), (uint64_t)(uintptr_t)marker + 1};

	fake_open(&f);
	dt_sym_user(&f.c, (uint32_t)getpid(), at[1], text, sizeof(text));
	snprintf(want, sizeof(want), "%s`marker+0x1", program_invocation_short_name);
	CHECK_STR(text, want);
	dt_sym_field(&f.c, &usym, (unsigned char *)at, text, sizeof(text));
	*strchr(want, '+') = 0;
	CHECK_STR(text, want);
	dt_sym_round(&f.c, &usym, (unsigned char *)at);
	CHECK(at[1] == (uint64_t)(uintptr_t)marker);
	usym.resolve = DT_RSV_MOD;
	dt_sym_field(&f.c, &usym, (unsigned char *)at, text, sizeof(text));
	CHECK_STR(text, program_invocation_short_name);
	dt_sym_user(&f.c, (uint32_t)getpid(), 0x10, text, sizeof(text));
	CHECK_STR(text, "0x10");
	dt_sym_user(&f.c, 0x3ffffff, 0x10, text, sizeof(text));
	CHECK_STR(text, "0x10");
	f.c.opts.noresolve = true;
	dt_sym_user(&f.c, (uint32_t)getpid(), at[1], text, sizeof(text));
	CHECK(strstr(text, ":0x"));
	fake_close(&f);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return !strcmp(argv[1], "child") ? 7 : 1;
	create();
	advance();
	mappings();
	hostile_mappings();
	grab();
	symbols();
	return check_summary();
}
