/* SPDX-License-Identifier: BSD-2-Clause */
/* See tracefs.h. Files there have no size until they are read. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "proc/tracefs.h"

/* Numbers that headers of some distributions lack. */
enum { SYS_FSOPEN = 430, SYS_FSCONFIG = 431, SYS_FSMOUNT = 432 };
enum { FSOPEN_CLOEXEC_ = 1, FSCONFIG_CMD_CREATE_ = 6, FSMOUNT_CLOEXEC_ = 1 };

static int detached(void)
{
	long fs = syscall(SYS_FSOPEN, "tracefs", FSOPEN_CLOEXEC_), m;
	int err;

	if (fs < 0)
		return -errno;
	m = syscall(SYS_FSCONFIG, (int)fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0);
	if (m >= 0)
		m = syscall(SYS_FSMOUNT, (int)fs, FSMOUNT_CLOEXEC_, 0);
	err = -errno;
	close((int)fs);
	return m < 0 ? err : (int)m;
}

int dt_tracefs_root(void)
{
	static const char *const places[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int fd = open(places[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0)
			continue;
		if (!faccessat(fd, "available_events", F_OK, 0))
			return fd;
		close(fd); /* the empty directory that it would be mounted on */
	}
	return detached();
}

int dt_tracefs_read(int root, const char *path, char **text, size_t *len)
{
	int fd = openat(root, path, O_RDONLY | O_CLOEXEC), err = 0;
	size_t cap = 4096, n = 0;
	char *buf = NULL, *more;
	ssize_t r;

	*text = NULL;
	if (fd < 0)
		return -errno;
	for (;;) {
		if (!buf || n + 1 == cap) {
			cap *= buf ? 4 : 1;
			more = cap > 4u * DT_TRACEFS_MAX ? NULL : realloc(buf, cap);
			if (!more) {
				err = -ENOMEM;
				break;
			}
			buf = more;
		}
		r = read(fd, buf + n, cap - n - 1);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0) {
			err = r ? -errno : 0;
			break;
		}
		n += (size_t)r;
	}
	close(fd);
	if (err) {
		free(buf);
		return err;
	}
	buf[n] = '\0';
	*text = buf;
	if (len)
		*len = n;
	return 0;
}
