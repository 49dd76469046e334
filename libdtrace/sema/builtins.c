/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names that every program knows: built-in variables, and constants (errno, signals, faults,
 * registers), which other implementations define in libraries of D.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "sema/check.h"

static const struct {
	const char *name, *type;
	char kind;
} builtins[BV_COUNT] = {
#define K_V                                 'V'
#define K_S                                 'S'
#define K_A                                 'A'
#define K_N                                 'N'
#define DT_BUILTIN(id, bname, btype, bkind) [id] = {bname, btype, K_##bkind},
#include "sema/builtins.def"
#undef DT_BUILTIN
};

const char *dt_builtin_name(enum dt_builtin b)
{
	return b == BV_ARGN ? "argN" : b < BV_COUNT ? builtins[b].name : "?";
}

bool dt_builtin_find(const char *name, enum dt_builtin *b, int *argn, char *kind)
{
	*argn = 0;
	if (!strncmp(name, "arg", 3) && name[3] >= '0' && name[3] <= '9' && !name[4]) {
		*b = BV_ARGN;
		*argn = name[3] - '0';
		*kind = 'N';
		return true;
	}
	for (int i = 0; i < BV_COUNT; i++)
		if (i != BV_ARGN && !strcmp(builtins[i].name, name)) {
			*b = (enum dt_builtin)i;
			*kind = builtins[i].kind;
			return true;
		}
	return false;
}

const struct dt_type *dt_typename(struct dt_sema *s, const char *text)
{
	static const struct {
		const char *prefix;
		enum dt_type_kind kind;
	} tags[] = {{"struct ", TY_STRUCT}, {"union ", TY_UNION}, {"enum ", TY_ENUM}};
	size_t n = strlen(text), stars = 0;
	enum dt_type_kind kind = TY_TYPEDEF;
	const struct dt_type *t;

	if (!strncmp(text, "const ", 6)) {
		text += 6;
		n -= 6;
	}
	while (n && (text[n - 1] == '*' || text[n - 1] == ' ')) {
		stars += text[n - 1] == '*';
		n--;
	}
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		size_t len = strlen(tags[i].prefix);

		if (n > len && !strncmp(text, tags[i].prefix, len)) {
			kind = tags[i].kind;
			text += len;
			n -= len;
			break;
		}
	}
	t = dt_types_lookup(s->types, NULL, kind, dt_intern_n(s->arena, text, n));
	while (t && stars--)
		t = dt_type_ptr(s->types, t);
	return t;
}

const struct dt_type *dt_builtin_type(struct dt_sema *s, enum dt_builtin b)
{
	return dt_typename(s, builtins[b].type);
}

/* Sorted by family, not by name: looked at only when everything else failed. */
/* clang-format off */
static const struct {
	const char *name;
	int64_t value;
} constants[] = {
	{"NULL", 0},
#define C(x) {#x, x}
	C(EPERM), C(ENOENT), C(ESRCH), C(EINTR), C(EIO), C(ENXIO), C(E2BIG), C(ENOEXEC), C(EBADF),
	C(ECHILD), C(EAGAIN), C(EWOULDBLOCK), C(ENOMEM), C(EACCES), C(EFAULT), C(ENOTBLK), C(EBUSY),
	C(EEXIST), C(EXDEV), C(ENODEV), C(ENOTDIR), C(EISDIR), C(EINVAL), C(ENFILE), C(EMFILE),
	C(ENOTTY), C(ETXTBSY), C(EFBIG), C(ENOSPC), C(ESPIPE), C(EROFS), C(EMLINK), C(EPIPE),
	C(EDOM), C(ERANGE), C(EDEADLK), C(EDEADLOCK), C(ENAMETOOLONG), C(ENOLCK), C(ENOSYS),
	C(ENOTEMPTY), C(ELOOP), C(ENOMSG), C(EIDRM), C(ECHRNG), C(EL2NSYNC), C(EL3HLT), C(EL3RST),
	C(ELNRNG), C(EUNATCH), C(ENOCSI), C(EL2HLT), C(EBADE), C(EBADR), C(EXFULL), C(ENOANO),
	C(EBADRQC), C(EBADSLT), C(EBFONT), C(ENOSTR), C(ENODATA), C(ETIME), C(ENOSR), C(ENONET),
	C(ENOPKG), C(EREMOTE), C(ENOLINK), C(EADV), C(ESRMNT), C(ECOMM), C(EPROTO), C(EMULTIHOP),
	C(EDOTDOT), C(EBADMSG), C(EOVERFLOW), C(ENOTUNIQ), C(EBADFD), C(EREMCHG), C(ELIBACC),
	C(ELIBBAD), C(ELIBSCN), C(ELIBMAX), C(ELIBEXEC), C(EILSEQ), C(ERESTART), C(ESTRPIPE),
	C(EUSERS), C(ENOTSOCK), C(EDESTADDRREQ), C(EMSGSIZE), C(EPROTOTYPE), C(ENOPROTOOPT),
	C(EPROTONOSUPPORT), C(ESOCKTNOSUPPORT), C(EOPNOTSUPP), C(ENOTSUP), C(EPFNOSUPPORT),
	C(EAFNOSUPPORT), C(EADDRINUSE), C(EADDRNOTAVAIL), C(ENETDOWN), C(ENETUNREACH), C(ENETRESET),
	C(ECONNABORTED), C(ECONNRESET), C(ENOBUFS), C(EISCONN), C(ENOTCONN), C(ESHUTDOWN),
	C(ETOOMANYREFS), C(ETIMEDOUT), C(ECONNREFUSED), C(EHOSTDOWN), C(EHOSTUNREACH), C(EALREADY),
	C(EINPROGRESS), C(ESTALE), C(EUCLEAN), C(ENOTNAM), C(ENAVAIL), C(EISNAM), C(EREMOTEIO),
	C(EDQUOT), C(ENOMEDIUM), C(EMEDIUMTYPE), C(ECANCELED), C(ENOKEY), C(EKEYEXPIRED),
	C(EKEYREVOKED), C(EKEYREJECTED), C(EOWNERDEAD), C(ENOTRECOVERABLE), C(ERFKILL),
	C(EHWPOISON),
	C(SIGHUP), C(SIGINT), C(SIGQUIT), C(SIGILL), C(SIGTRAP), C(SIGABRT), C(SIGIOT), C(SIGBUS),
	C(SIGFPE), C(SIGKILL), C(SIGUSR1), C(SIGSEGV), C(SIGUSR2), C(SIGPIPE), C(SIGALRM),
	C(SIGTERM), C(SIGSTKFLT), C(SIGCHLD), C(SIGCLD), C(SIGCONT), C(SIGSTOP), C(SIGTSTP),
	C(SIGTTIN), C(SIGTTOU), C(SIGURG), C(SIGXCPU), C(SIGXFSZ), C(SIGVTALRM), C(SIGPROF),
	C(SIGWINCH), C(SIGIO), C(SIGPOLL), C(SIGPWR), C(SIGSYS),
	C(CLD_EXITED), C(CLD_KILLED), C(CLD_DUMPED), C(CLD_TRAPPED), C(CLD_STOPPED),
	C(CLD_CONTINUED),
#undef C
	{"DTRACEFLT_UNKNOWN", 0}, {"DTRACEFLT_BADADDR", 1}, {"DTRACEFLT_BADALIGN", 2},
	{"DTRACEFLT_ILLOP", 3}, {"DTRACEFLT_DIVZERO", 4}, {"DTRACEFLT_NOSCRATCH", 5},
	{"DTRACEFLT_KPRIV", 6}, {"DTRACEFLT_UPRIV", 7}, {"DTRACEFLT_TUPOFLOW", 8},
	{"DTRACEFLT_BADSTACK", 9}, {"DTRACEFLT_BADSIZE", 10}, {"DTRACEFLT_BADINDEX", 11},
	{"DTRACEFLT_LIBRARY", 1000},
	/* uregs[]: struct pt_regs in order, then segments; x86-64 */
	{"R_R15", 0}, {"R_R14", 1}, {"R_R13", 2}, {"R_R12", 3}, {"R_RBP", 4}, {"R_RBX", 5},
	{"R_R11", 6}, {"R_R10", 7}, {"R_R9", 8}, {"R_R8", 9}, {"R_RAX", 10}, {"R_RCX", 11},
	{"R_RDX", 12}, {"R_RSI", 13}, {"R_RDI", 14}, {"R_ERR", 15}, {"R_RIP", 16}, {"R_CS", 17},
	{"R_RFL", 18}, {"R_RSP", 19}, {"R_SS", 20}, {"R_DS", 21}, {"R_ES", 22}, {"R_FS", 23},
	{"R_GS", 24}, {"R_TRAPNO", 25},
	{"R_EAX", 10}, {"R_EBX", 5}, {"R_ECX", 11}, {"R_EDX", 12}, {"R_ESI", 13}, {"R_EDI", 14},
	{"R_EBP", 4}, {"R_ESP", 19}, {"R_EIP", 16}, {"R_EFL", 18},
	{"R_PC", 16}, {"R_SP", 19}, {"R_FP", 4}, {"R_PS", 18}, {"R_R0", 10}, {"R_R1", 12},
};
/* clang-format on */

bool dt_predefined(const char *name, int64_t *value)
{
	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++)
		if (!strcmp(constants[i].name, name)) {
			*value = constants[i].value;
			return true;
		}
	return false;
}
