/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Option -C: a script through the external C preprocessor.
 *
 * The script is handed over as standard input in an anonymous file, so that its interpreter line
 * can be left out (an empty line keeps the numbering); a line marker gives it its name, and
 * -iquote its directory for #include "...". What cpp prints is the program; its "# N FILE" lines
 * are understood by the lexer. What it complains about, and -H, goes to our standard error.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#include "lang/parse.h"

#define OUTPUT_MAX  DT_SOURCE_MAX
#define DEF_VERSION "-D__SUNW_D_VERSION=0x0100d000" /* the classic API version 1.13 */

struct buf {
	char *p;
	size_t n, cap;
};

/* Reads all of fd. Negative errno; -EFBIG beyond `max`. */
static int read_all(int fd, struct buf *b, size_t max)
{
	for (;;) {
		if (b->cap - b->n < 2) {
			size_t cap = b->cap ? b->cap * 2 : 65536;
			char *p = realloc(b->p, cap);
			if (!p)
				return -ENOMEM;
			b->p = p;
			b->cap = cap;
		}
		ssize_t r = read(fd, b->p + b->n, b->cap - b->n - 1);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		b->n += (size_t)r;
		b->p[b->n] = '\0';
		if (r == 0)
			return 0;
		if (b->n > max)
			return -EFBIG;
	}
}

static int write_all(int fd, const char *s, size_t n)
{
	while (n > 0) {
		ssize_t r = write(fd, s, n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		s += r;
		n -= (size_t)r;
	}
	return 0;
}

/* An anonymous file with the marker and the script, interpreter line blanked; or negative errno. */
static int make_input(const char *file)
{
	struct buf b = {0};
	int out = -1, in = open(file, O_RDONLY | O_CLOEXEC);
	int rc = in < 0 ? -errno : read_all(in, &b, OUTPUT_MAX);

	if (in >= 0)
		close(in);
	if (rc == 0 && (out = memfd_create("dtrace-cpp", MFD_CLOEXEC)) < 0)
		rc = -errno;
	if (rc == 0 && dprintf(out, "# 1 \"") < 0)
		rc = -errno;
	for (const char *c = file; rc == 0 && *c; c++) {
		if (*c == '"' || *c == '\\')
			rc = write_all(out, "\\", 1);
		if (rc == 0)
			rc = write_all(out, c, 1);
	}
	if (rc == 0)
		rc = write_all(out, "\"\n", 2);
	size_t skip = b.n >= 2 && b.p[0] == '#' && b.p[1] == '!' ? strcspn(b.p, "\n") : 0;
	if (rc == 0)
		rc = write_all(out, b.p + skip, b.n - skip);
	if (rc == 0 && lseek(out, 0, SEEK_SET) < 0)
		rc = -errno;
	free(b.p);
	if (rc < 0 && out >= 0)
		close(out);
	return rc < 0 ? rc : out;
}

/* The command line: NULL-terminated, in the arena. */
static char **make_argv(struct dt_arena *a, const struct dt_cpp_opts *o, const char *file)
{
	static const char *const fixed[] = {
		"-D__unix",     "-D__SVR4",  "-D__linux",     "-U__GNUC__",
		"-D__SUNW_D=1", DEF_VERSION, "-D__SUNW_D_64",
#ifdef __x86_64__
		"-D__amd64",
#endif
	};
	DT_VEC(char *) v = {0};
	struct utsname u;

	dt_vec_push(a, &v, dt_strdup(a, o->path && *o->path ? o->path : "cpp"));
	/* CPP-03; __STDC__ is cpp's own affair here. */
	dt_vec_push(a, &v, dt_strdup(a, o->stdc == 's' ? "-traditional-cpp" : "-std=gnu99"));
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		dt_vec_push(a, &v, dt_strdup(a, fixed[i]));
	if (uname(&u) == 0)
		dt_vec_push(a, &v, dt_asprintf(a, "-D__%s", u.sysname));
	for (uint32_t i = 0; i < o->args.n; i++)
		dt_vec_push(a, &v, dt_strdup(a, o->args.v[i]));
	dt_vec_push(a, &v, dt_strdup(a, "-iquote"));
	dt_vec_push(a, &v, dt_strdup(a, dirname(dt_strdup(a, file))));
	dt_vec_push(a, &v, dt_strdup(a, "-"));
	dt_vec_push(a, &v, NULL);
	return v.v;
}

/* Runs it with standard input `in`; everything it writes goes to b. The wait status, or -errno. */
static int run(char **argv, int in, struct buf *b)
{
	int fds[2], status, rc;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	pid_t pid = fork();
	if (pid < 0) {
		rc = -errno;
		close(fds[0]);
		close(fds[1]);
		return rc;
	}
	if (pid == 0) {
		if (dup2(in, STDIN_FILENO) < 0 || dup2(fds[1], STDOUT_FILENO) < 0)
			_exit(126);
		execvp(argv[0], argv);
		_exit(errno == ENOENT ? 127 : 126);
	}
	close(fds[1]);
	rc = read_all(fds[0], b, OUTPUT_MAX);
	close(fds[0]); /* before waiting: a writer that goes on gets SIGPIPE */
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return rc < 0 ? rc : -errno;
	return rc < 0 ? rc : status;
}

/* CPP-05: why it did not work; NULL if it did. */
static char *explain(int rc, const char *cpp, const char *file)
{
	char *s = NULL;
	int n;

	if (rc == -EFBIG)
		n = asprintf(&s, "%s is too large once preprocessed: the limit is %u bytes", file,
			     OUTPUT_MAX);
	else if (rc < 0)
		n = asprintf(&s, "failed to preprocess %s: %s", file, strerror(-rc));
	else if (WIFSIGNALED(rc))
		n = asprintf(&s, "preprocessor %s was killed by signal %d", cpp, WTERMSIG(rc));
	else if (WEXITSTATUS(rc) == 127)
		n = asprintf(&s, "preprocessor %s not found", cpp);
	else if (WEXITSTATUS(rc) == 126)
		n = asprintf(&s, "preprocessor %s cannot be executed", cpp);
	else if (WEXITSTATUS(rc))
		n = asprintf(&s, "preprocessor %s failed with status %d", cpp, WEXITSTATUS(rc));
	else
		return NULL;
	return n < 0 ? NULL : s;
}

int dt_cpp(const struct dt_cpp_opts *opts, const char *file, char **text, size_t *len, char **err)
{
	struct dt_arena *a = dt_arena_new();
	struct buf b = {0};
	int in = a ? make_input(file) : -ENOMEM, rc = in;
	char **argv = a ? make_argv(a, opts, file) : NULL;

	*text = NULL;
	*len = 0;
	*err = NULL;
	if (in >= 0) {
		rc = run(argv, in, &b);
		close(in);
	}
	if (rc == 0) {
		*text = b.p;
		*len = b.n;
	} else {
		*err = explain(rc, argv ? argv[0] : "cpp", file);
		free(b.p);
		rc = rc < 0 ? rc : -EIO;
	}
	dt_arena_free(a);
	return rc;
}
