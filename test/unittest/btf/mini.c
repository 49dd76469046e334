/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types for the front-end tests: a kernel in miniature, one of each thing BTF can say. mini.btf is
 * made from this file and checked in, so that the tests are the same everywhere:
 *
 *	clang -target bpf -g -O2 -fdebug-compilation-dir=. -c mini.c -o mini.o
 *	llvm-objcopy --dump-section .BTF=mini.btf mini.o
 */
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;
typedef int pid_t_; /* a name D does not have */
typedef _Bool bool_;

#define __user __attribute__((btf_type_tag("user")))
#define __rcu  __attribute__((btf_type_tag("rcu")))

enum state { STATE_IDLE, STATE_RUNNING = 1, STATE_DEAD = -3 };

struct list_head {
	struct list_head *next, *prev;
};

struct unknown_forward;

struct cred {
	u32 uid, gid;
};

struct flexible {
	int n;
	char data[];
};

struct task_struct {
	volatile u32 __state;
	int prio;
	struct list_head tasks;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	const struct cred __rcu *cred;
	char comm[16];
	unsigned in_execve : 1;
	unsigned in_iowait : 1;
	unsigned level : 5;
	int : 0;
	s64 wide_bits : 40;
	union {
		u64 start_time;
		struct {
			u32 low, high;
		};
	};
	enum state st;
	struct unknown_forward *fwd;
	int (*handler)(struct task_struct *t, const char *name, ...);
	void __user *ustack;
	const char __user *uname;
	int matrix[2][3];
	double load;
	bool_ flag;
	struct flexible *flex;
	unsigned char bytes[8];
};

struct task_struct init_task;
int jiffies_like;
struct cred root_cred;
struct flexible a_flex;
struct list_head *heads[4];

int do_thing(struct task_struct *t, const char *name, u64 n)
{
	return t->pid + (name != 0) + (int)n;
}
