/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Victim processes: started with -c (held by ptrace until tracing has begun) or named with -p.
 */
#ifndef DT_PROC_PROC_H
#define DT_PROC_PROC_H

#include <stdbool.h>
#include <sys/types.h>

struct dt_proc {
	struct dt_proc *next;
	pid_t pid;
	int pidfd;		/* readable when it has exited */
	bool created;		/* -c: ours to reap */
	bool held;
	bool advanced;		/* dt_proc_advance has been */
	bool exited;
	int status;		/* wait status, if created and exited */
};

/* Starts argv[0] (PATH searched), stopped right after exec. 0 or negative errno (of exec too). */
int dt_proc_create(struct dt_proc **out, const char *file, char *const argv[]);
/* Watches an existing process. -ESRCH if there is none. It is neither stopped nor changed. */
int dt_proc_grab(struct dt_proc **out, pid_t pid);

/* Option evaltime: how far a held process comes before its mappings are looked at. */
enum dt_evaltime { DT_EVAL_EXEC, DT_EVAL_PREINIT, DT_EVAL_POSTINIT, DT_EVAL_MAIN };
/*
 * Lets a held process go on to there, the first time it is asked; it is held then again. 0; -ESRCH if
 * it has ended on the way; -ENOEXEC if it is no 64-bit program; another negative errno.
 */
int dt_proc_advance(struct dt_proc *p, enum dt_evaltime when);
int dt_proc_continue(struct dt_proc *p); /* lets a held one run */
/* Has it ended? Reaps if it is ours. */
bool dt_proc_poll(struct dt_proc *p);
/* A created one that has not ended is killed; others are let go. Frees. */
void dt_proc_release(struct dt_proc *p);

#endif
