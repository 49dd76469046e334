/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Process 1 of a test guest: builds a writable view of the host's root, runs a list of jobs, powers
 * off. Static C and no shell, because under emulation each fork and exec costs some 25 ms.
 *
 *	/lo	the host's root, virtiofs, read-only	\  overlay: the guest's /
 *	/mnt	tmpfs					/
 *	/ctl	virtiofs, read-write: the host puts jobs in and finds results
 *
 * /ctl/jobs/list has one job name a line. /ctl/jobs/NAME has the seconds it may take on its first
 * line, then one argument a line. /ctl/jobs/env: the environment; /ctl/jobs/cwd: the working
 * folder; /ctl/jobs/slots: how many jobs may run at once; a line "alone" in the list: those after it
 * run one at a time. If there is a list /ctl/jobs/first, its jobs come first, and `list` is waited for:
 * the host writes it when it has seen what these found. A job leaves /ctl/res/NAME.{out,err,rc} as
 * it ends; rc holds its exit status (128 + signal, or "timeout") and its milliseconds.
 * /ctl/res/alive is touched every few seconds: a guest that stops doing so is dead. At the end
 * /ctl/res has dmesg, where a line "dtrace-test: NAME" precedes what happened during NAME, and the
 * file done.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(stderr, "guest: ");
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, ": %s\n", strerror(errno));
	va_end(ap);
	sync();
	if (getpid() == 1)
		reboot(RB_POWER_OFF);
	_exit(125);
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* A whole small file, NUL-terminated; NULL if it isn't there. The caller frees it. */
static char *slurp(const char *path)
{
	size_t len = 0, cap = 0;
	char *s = NULL;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	do {
		if (cap - len < 4096) {
			s = realloc(s, cap += 65536);
			if (!s)
				die("%s", path);
		}
		n = read(fd, s + len, cap - len - 1);
		if (n > 0)
			len += (size_t)n;
	} while (n > 0);
	close(fd);
	s[len] = '\0';
	return s;
}

/* Splits text into lines in place; the array ends in NULL. */
static char **lines(char *text, int *count)
{
	int n = 0, cap = 0;
	char **v = NULL, *p;

	for (p = text; p && *p;) {
		char *end = strchr(p, '\n');

		if (n + 2 > cap && !(v = realloc(v, (size_t)(cap += 64) * sizeof(*v))))
			die("lines");
		v[n++] = p;
		if (end)
			*end++ = '\0';
		p = end;
	}
	if (!v && !(v = calloc(1, sizeof(*v))))
		die("lines");
	v[n] = NULL;
	if (count)
		*count = n;
	return v;
}

/* Modules are numbered in the order they need each other. */
static void load_modules(void)
{
	struct dirent **names;
	int i, n = scandir("/modules", &names, NULL, alphasort);

	for (i = 0; i < n; i++) {
		char path[300];
		int fd;

		if (names[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/modules/%s", names[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
			fprintf(stderr, "guest: %s: %s\n", path, strerror(errno));
		close(fd);
	}
}

static void must_mount(const char *what, const char *where, const char *type, unsigned long flags,
		       const char *data)
{
	mkdir(where, 0755);
	if (mount(what, where, type, flags, data))
		die("mount %s on %s", what, where);
}

static void may_mount(const char *type, const char *where, const char *data)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, data))
		fprintf(stderr, "guest: no %s: %s\n", type, strerror(errno));
}

static void build_root(void)
{
	must_mount("proc", "/proc", "proc", 0, NULL);
	must_mount("sys", "/sys", "sysfs", 0, NULL);
	must_mount("dev", "/dev", "devtmpfs", 0, NULL);
	load_modules();
	must_mount("hostroot", "/lo", "virtiofs", MS_RDONLY, NULL);
	must_mount("ctl", "/ctl", "virtiofs", 0, NULL);
	must_mount("tmpfs", "/mnt", "tmpfs", 0, "mode=755");
	mkdir("/mnt/u", 0755);
	mkdir("/mnt/w", 0755);
	must_mount("overlay", "/new", "overlay", 0, "lowerdir=/lo,upperdir=/mnt/u,workdir=/mnt/w");
	mkdir("/new/ctl", 0755);
	if (mount("/proc", "/new/proc", NULL, MS_MOVE, NULL) ||
	    mount("/sys", "/new/sys", NULL, MS_MOVE, NULL) ||
	    mount("/dev", "/new/dev", NULL, MS_MOVE, NULL) ||
	    mount("/ctl", "/new/ctl", NULL, MS_MOVE, NULL))
		die("moving mounts");
	if (chdir("/new") || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		die("changing root");
}

static void furnish(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char *cwd = slurp("/ctl/jobs/cwd");

	may_mount("devpts", "/dev/pts", NULL);
	may_mount("tmpfs", "/dev/shm", "mode=1777");
	may_mount("tmpfs", "/run", "mode=755");
	if (!cwd || strncmp(cwd, "/tmp/", 5) != 0)
		may_mount("tmpfs", "/tmp", "mode=1777");
	may_mount("debugfs", "/sys/kernel/debug", NULL);
	may_mount("tracefs", "/sys/kernel/tracing", NULL);
	may_mount("bpf", "/sys/fs/bpf", NULL);
	may_mount("cgroup2", "/sys/fs/cgroup", NULL);
	if (symlink("/proc/self/fd", "/dev/fd") && errno != EEXIST)
		fprintf(stderr, "guest: /dev/fd: %s\n", strerror(errno));
	if (s >= 0 && ioctl(s, SIOCSIFFLAGS, &lo))
		fprintf(stderr, "guest: lo: %s\n", strerror(errno));
	close(s);
	if (sethostname("guest", 5))
		fprintf(stderr, "guest: hostname: %s\n", strerror(errno));
	free(cwd);
}

static void redirect(const char *name, const char *suffix, int to)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "/ctl/res/%s.%s", name, suffix);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || dup2(fd, to) < 0)
		die("%s", path);
	close(fd);
}

static void exec_job(const char *name, char **argv, char **env, const char *cwd)
{
	int null = open("/dev/null", O_RDONLY);

	setsid();
	dup2(null, 0);
	redirect(name, "out", 1);
	redirect(name, "err", 2);
	if (cwd && chdir(cwd))
		die("%s", cwd);
	execve(argv[0], argv, env);
	die("%s", argv[0]);
}

/* Ends what the job left behind: its orphans have become children of this subreaper. */
static void kill_rest(void)
{
	char path[64], *kids;
	int pass;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	for (pass = 0; pass < 50; pass++) {
		char *p;
		bool any = false;

		kids = slurp(path);
		for (p = kids; p && *p;) {
			long pid = strtol(p, &p, 10);

			if (pid > 1) {
				any = true;
				kill((pid_t)pid, SIGKILL);
			}
			while (*p == ' ')
				p++;
		}
		free(kids);
		while (waitpid(-1, NULL, any ? 0 : WNOHANG) > 0)
			;
		if (!any)
			return;
	}
}

/* Runs one job in a process of its own; that process only waits for it. */
static void run_job(const char *name, char **env, const char *cwd)
{
	struct timespec limit;
	long long start = now_ms(), end;
	bool timed_out = false;
	char path[512], final[512], *text;
	sigset_t set;
	int status = 0, n;
	char **argv;
	pid_t pid;
	FILE *f;

	snprintf(path, sizeof(path), "/ctl/jobs/%s", name);
	text = slurp(path);
	argv = lines(text, &n);
	if (n < 2)
		die("%s: no command", path);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	end = start + atoll(argv[0]) * 1000;
	pid = fork();
	if (pid == 0) {
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		exec_job(name, argv + 1, env, cwd);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		long long left = end - now_ms();

		if (left <= 0) {
			timed_out = true;
			kill(-pid, SIGKILL);
			waitpid(pid, &status, 0);
			break;
		}
		limit = (struct timespec){left / 1000, left % 1000 * 1000000};
		sigtimedwait(&set, NULL, &limit);
	}
	kill(-pid, SIGKILL);
	kill_rest();
	/* Renamed into place, so that the host never sees half a result. */
	snprintf(path, sizeof(path), "/ctl/res/.%s.rc", name);
	snprintf(final, sizeof(final), "/ctl/res/%s.rc", name);
	f = fopen(path, "w");
	if (!f)
		die("%s", path);
	if (timed_out)
		fprintf(f, "timeout %lld\n", now_ms() - start);
	else
		fprintf(f, "%d %lld\n",
			WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
			now_ms() - start);
	fclose(f);
	rename(path, final);
	_exit(0);
}

static void log_kernel(const char *name)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		dprintf(fd, "<6>dtrace-test: %s\n", name);
	close(fd);
}

/* Says every few seconds that this guest is alive. */
static pid_t start_heart(void)
{
	struct timespec pause = {5, 0};
	pid_t pid = fork();

	while (pid == 0) {
		int fd = open("/ctl/res/alive", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

		if (fd >= 0 && write(fd, ".", 1) != 1)
			fprintf(stderr, "guest: alive: %s\n", strerror(errno));
		close(fd);
		nanosleep(&pause, NULL);
	}
	return pid;
}

/* How jobs are run. */
struct how {
	char **env;
	const char *cwd;
	int slots;
};

static void run_list(char **names, const struct how *h)
{
	int slots = h->slots, running = 0;

	for (; *names; names++) {
		if (!strcmp(*names, "alone")) {
			slots = 1;
			continue;
		}
		for (; running >= slots; running--)
			wait(NULL);
		log_kernel(*names);
		fflush(NULL);
		if (fork() == 0)
			run_job(*names, h->env, h->cwd);
		running++;
	}
	while (running-- > 0)
		wait(NULL);
}

static void run_all(void)
{
	char *slots = slurp("/ctl/jobs/slots"), *cwd = slurp("/ctl/jobs/cwd");
	char *first = slurp("/ctl/jobs/first"), *list;
	struct how h = {lines(slurp("/ctl/jobs/env"), NULL), cwd, slots ? atoi(slots) : 1};
	struct timespec pause = {0, 100000000};
	pid_t heart;

	if (h.slots < 1)
		h.slots = 1;
	if (cwd)
		cwd[strcspn(cwd, "\n")] = '\0';
	mkdir("/ctl/res", 0755);
	heart = start_heart();
	/* The heart is a child that does not end: it is never what run_list() waits for. */
	if (first)
		run_list(lines(first, NULL), &h);
	while (!(list = slurp("/ctl/jobs/list")) && first)
		nanosleep(&pause, NULL);
	run_list(lines(list, NULL), &h);
	if (heart > 0)
		kill(heart, SIGKILL);
	while (wait(NULL) > 0)
		;
}

static void save_dmesg(void)
{
	int size = klogctl(10 /* SYSLOG_ACTION_SIZE_BUFFER */, NULL, 0);
	char *buf = size > 0 ? malloc((size_t)size) : NULL;
	int n = buf ? klogctl(3 /* SYSLOG_ACTION_READ_ALL */, buf, size) : -1;
	FILE *f = fopen("/ctl/res/dmesg", "w");

	if (f && n > 0)
		fwrite(buf, 1, (size_t)n, f);
	if (f)
		fclose(f);
	f = fopen("/ctl/res/done", "w");
	if (f)
		fclose(f);
}

int main(void)
{
	build_root();
	furnish();
	run_all();
	save_dmesg();
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
