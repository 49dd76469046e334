/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes and threads: psinfo_t, lwpsinfo_t, and the ways to them from the kernel's task_struct.
 *
 * Where kernels differ, defined() chooses. What Linux does not know of a process has no
 * translation, and a program that asks for it is told so.
 */
typedef struct timestruc {
	time_t tv_sec;
	long tv_nsec;
} timestruc_t;

translator timestruc_t < uint64_t ns > {
	tv_sec = ns / 1000000000;
	tv_nsec = ns % 1000000000;
};

/* pr_flag */
inline int PR_STOPPED = 0x00000001;
inline int PR_ISTOP = 0x00000002;
inline int PR_DSTOP = 0x00000004;
inline int PR_STEP = 0x00000008;
inline int PR_ASLEEP = 0x00000010;
inline int PR_PCINVAL = 0x00000020;
inline int PR_ASLWP = 0x00000040;
inline int PR_AGENT = 0x00000080;
inline int PR_DETACH = 0x00000100;
inline int PR_DAEMON = 0x00000200;
inline int PR_IDLE = 0x00000400;
inline int PR_ISSYS = 0x00001000;
inline int PR_VFORKP = 0x00002000;
inline int PR_ORPHAN = 0x00004000;
inline int PR_FORK = 0x00100000;
inline int PR_RLC = 0x00200000;
inline int PR_KLC = 0x00400000;
inline int PR_ASYNC = 0x00800000;
inline int PR_MSACCT = 0x01000000;
inline int PR_BPTADJ = 0x02000000;
inline int PR_PTRACE = 0x04000000;
inline int PR_MSFORK = 0x08000000;

/* pr_dmodel */
inline char PR_MODEL_ILP32 = 1;
inline char PR_MODEL_LP64 = 2;

/* pr_state */
inline char SSLEEP = 1;
inline char SRUN = 2;
inline char SZOMB = 3;
inline char SSTOP = 4;
inline char SIDL = 5;
inline char SONPROC = 6;
inline char SWAIT = 7;

/* pr_stype */
inline char SOBJ_NONE = 0;
inline char SOBJ_MUTEX = 1;
inline char SOBJ_RWLOCK = 2;
inline char SOBJ_CV = 3;
inline char SOBJ_SEMA = 4;
inline char SOBJ_USER = 5;
inline char SOBJ_USER_PI = 6;
inline char SOBJ_SHUTTLE = 7;

inline int PRARGSZ = 80;

typedef struct lwpsinfo {
	int pr_flag;
	int pr_lwpid;
	uintptr_t pr_addr;
	uintptr_t pr_wchan;
	char pr_stype;
	char pr_state;
	char pr_sname;
	char pr_nice;
	short pr_syscall;
	char pr_oldpri;
	char pr_cpu;
	int pr_pri;
	ushort_t pr_pctcpu;
	timestruc_t pr_start;
	timestruc_t pr_time;
	char pr_clname[8];
	char pr_name[16];
	processorid_t pr_onpro;
	processorid_t pr_bindpro;
	psetid_t pr_bindpset;
	int pr_lgrp;
} lwpsinfo_t;

typedef struct psinfo {
	int pr_flag;
	int pr_nlwp;
	int pr_nzomb;
	pid_t pr_pid;
	pid_t pr_ppid;
	pid_t pr_pgid;
	pid_t pr_sid;
	uid_t pr_uid;
	uid_t pr_euid;
	gid_t pr_gid;
	gid_t pr_egid;
	uintptr_t pr_addr;
	size_t pr_size;
	size_t pr_rssize;
	dev_t pr_ttydev;
	ushort_t pr_pctcpu;
	ushort_t pr_pctmem;
	timestruc_t pr_start;
	timestruc_t pr_time;
	timestruc_t pr_ctime;
	char pr_fname[16];
	char pr_psargs[80];
	int pr_wstat;
	int pr_argc;
	uintptr_t pr_argv;
	uintptr_t pr_envp;
	char pr_dmodel;
	taskid_t pr_taskid;
	projid_t pr_projid;
	int pr_poolid;
	zoneid_t pr_zoneid;
	id_t pr_contract;
	lwpsinfo_t pr_lwp;
} psinfo_t;

/*
 * A task's state, from the bits of state and exit_state, and bit 32 for "is on a CPU". A type of its
 * own so that they are read once.
 */
typedef struct dt_taskstate {
	char state;
	char sname;
} dt_taskstate_t;

translator dt_taskstate_t < uint64_t bits > {
	state = bits & 0x30 || bits & 0x80 ? SZOMB :
	    bits & 0x0c ? SSTOP :
	    bits & 0x03 ? SSLEEP :
	    bits & 0x300 ? SWAIT :
	    bits & 0x800 ? SIDL :
	    bits >> 32 ? SONPROC : SRUN;
	sname = bits & 0x30 || bits & 0x80 ? 'Z' :
	    bits & 0x0c ? 'T' :
	    bits & 0x03 ? 'S' :
	    bits & 0x300 ? 'W' :
	    bits & 0x800 ? 'I' :
	    bits >> 32 ? 'O' : 'R';
};

translator lwpsinfo_t < struct task_struct *T > {
	pr_flag = (defined(T->__state) ? T->__state : T->state) & 0x0c ? PR_STOPPED : 0;
	pr_lwpid = T->pid;
	pr_addr = (uintptr_t)T;
	pr_wchan = 0;
	pr_stype = SOBJ_NONE;
	pr_state = xlate <dt_taskstate_t>((uint32_t)(defined(T->__state) ? T->__state : T->state) |
	    T->exit_state | (uint64_t)T->on_cpu << 32).state;
	pr_sname = xlate <dt_taskstate_t>((uint32_t)(defined(T->__state) ? T->__state : T->state) |
	    T->exit_state | (uint64_t)T->on_cpu << 32).sname;
	pr_nice = T->static_prio - 120;
	pr_oldpri = T->prio;
	pr_cpu = 0;
	pr_pri = T->prio;
	pr_start = xlate <timestruc_t>((uint64_t)(T->start_time + walltimestamp - timestamp));
	pr_time = xlate <timestruc_t>((uint64_t)T->se.sum_exec_runtime);
	pr_clname = T->policy == 0 ? "TS" :
	    T->policy == 1 || T->policy == 2 ? "RT" :
	    T->policy == 3 ? "BATCH" :
	    T->policy == 5 ? "IDLE" :
	    T->policy == 6 ? "DL" : "EXT";
	pr_name = T->comm;
	pr_onpro = defined(T->thread_info.cpu) ? T->thread_info.cpu : T->cpu;
	pr_bindpro = T->nr_cpus_allowed == 1 ?
	    (defined(T->thread_info.cpu) ? T->thread_info.cpu : T->cpu) : -1;
	pr_bindpset = -1;
	pr_lgrp = 0;
};

translator psinfo_t < struct task_struct *T > {
	pr_flag = (defined(T->__state) ? T->__state : T->state) & 0x0c ? PR_STOPPED : 0;
	pr_nlwp = T->signal->nr_threads;
	pr_nzomb = 0;
	pr_pid = T->tgid;
	pr_ppid = T->real_parent->tgid;
	pr_pgid = T->signal->pids[2]->numbers[0].nr;
	pr_sid = T->signal->pids[3]->numbers[0].nr;
	pr_uid = T->cred->uid.val;
	pr_euid = T->cred->euid.val;
	pr_gid = T->cred->gid.val;
	pr_egid = T->cred->egid.val;
	pr_addr = (uintptr_t)T;
	/* kilobytes; what is resident is counted by the CPUs, each some pages behind */
	pr_size = T->mm ? T->mm->total_vm * 4 : 0;
	pr_rssize = T->mm ?
	    (defined(T->mm->rss_stat.count) ?
	    T->mm->rss_stat.count[0].counter + T->mm->rss_stat.count[1].counter +
	    T->mm->rss_stat.count[3].counter :
	    T->mm->rss_stat[0].count + T->mm->rss_stat[1].count + T->mm->rss_stat[3].count) * 4 : 0;
	pr_ttydev = T->signal->tty ? (dev_t)T->signal->tty->driver->major << 20 |
	    (T->signal->tty->driver->minor_start + T->signal->tty->index) : (dev_t)-1;
	pr_start = xlate <timestruc_t>
	    ((uint64_t)(T->group_leader->start_time + walltimestamp - timestamp));
	/* of this thread and of those that have ended */
	pr_time = xlate <timestruc_t>
	    ((uint64_t)(T->se.sum_exec_runtime + T->signal->sum_sched_runtime));
	pr_ctime = xlate <timestruc_t>((uint64_t)(T->signal->cutime + T->signal->cstime));
	pr_fname = T->group_leader->comm;
	/* another process's memory can't be read from here */
	pr_psargs = T->mm && T->mm == curthread->mm ?
	    copyinargs(T->mm->arg_start,
	    T->mm->arg_end - T->mm->arg_start < 80 ? T->mm->arg_end - T->mm->arg_start : 80) :
	    T->group_leader->comm;
	pr_wstat = T->exit_code;
	pr_argc = T->mm && T->mm == curthread->mm ? *(userland int *)T->mm->start_stack : 0;
	pr_argv = T->mm ? T->mm->start_stack + 8 : 0;
	pr_envp = T->mm && T->mm == curthread->mm ?
	    T->mm->start_stack + 16 + 8 * *(userland int *)T->mm->start_stack : 0;
	/* TIF_ADDR32 */
	pr_dmodel = T->thread_info.flags & 1 << 29 ? PR_MODEL_ILP32 : PR_MODEL_LP64;
	pr_taskid = 0;
	pr_projid = 0;
	pr_poolid = 0;
	pr_zoneid = 0;
	pr_contract = 0;
	pr_lwp = xlate <lwpsinfo_t>(T);
};

inline psinfo_t *curpsinfo = xlate <psinfo_t *>(curthread);
inline lwpsinfo_t *curlwpsinfo = xlate <lwpsinfo_t *>(curthread);
