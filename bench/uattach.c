/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uattach [-x] OBJECT FILE PATTERN | uattach [-x] OBJECT FILE +OFFSET -- as attach.c, for places of
 * a program: loads the one program in OBJECT, attaches it by one uprobe.multi link to the functions
 * of FILE (its symbol table, or the dynamic one) whose names match, or to one place, in its parent,
 * says "ready", and waits for SIGINT. -x: in a child that sleeps, and ends at once.
 */
#include <fcntl.h>
#include <fnmatch.h>
#include <gelf.h>
#include <sys/syscall.h>
#include "hand.h"

#define UPROBE_MULTI 48 /* enum bpf_attach_type, newer than the header here */
#define MAX_PLACES   100000

struct link_attr {
	__u32 prog_fd, target_fd, attach_type, flags;
	__u64 path, offsets, ref_ctr_offsets, cookies;
	__u32 cnt, multi_flags, pid, pad;
};

static int by_value(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

static __u64 offset_of(Elf *elf, __u64 vaddr)
{
	size_t n = 0;
	GElf_Phdr ph;

	elf_getphdrnum(elf, &n);
	for (size_t i = 0; i < n; i++)
		if (gelf_getphdr(elf, (int)i, &ph) && ph.p_type == PT_LOAD && ph.p_flags & PF_X &&
		    vaddr >= ph.p_vaddr && vaddr - ph.p_vaddr < ph.p_filesz)
			return vaddr - ph.p_vaddr + ph.p_offset;
	return 0;
}

static unsigned find_in(Elf *elf, Elf_Scn *s, const GElf_Shdr *sh, const char *pattern, __u64 *out)
{
	Elf_Data *d = elf_getdata(s, NULL);
	unsigned n = 0;
	GElf_Sym y;

	for (int i = 0; d && n < MAX_PLACES && gelf_getsym(d, i, &y); i++) {
		const char *name = elf_strptr(elf, sh->sh_link, y.st_name);

		if (GELF_ST_TYPE(y.st_info) != STT_FUNC || !y.st_value || !name ||
		    fnmatch(pattern, name, 0) || !strcmp(name, "pthread_spin_lock"))
			continue; /* that one begins with an instruction that can't be stepped over
				   */
		out[n] = offset_of(elf, y.st_value);
		n += out[n] != 0;
	}
	return n;
}

static unsigned find(const char *path, const char *pattern, __u64 *out)
{
	int fd = open(path, O_RDONLY);
	unsigned n = 0, kept = 0;
	Elf_Scn *s = NULL;
	GElf_Shdr sh;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
	while (elf && !n && (s = elf_nextscn(elf, s)))
		if (gelf_getshdr(s, &sh) && (sh.sh_type == SHT_SYMTAB || sh.sh_type == SHT_DYNSYM))
			n = find_in(elf, s, &sh, pattern, out);
	elf_end(elf);
	close(fd);
	qsort(out, n, sizeof(*out), by_value);
	for (unsigned i = 0; i < n; i++)
		if (!kept || out[kept - 1] != out[i])
			out[kept++] = out[i];
	return kept;
}

static int run(char **args, bool at_once)
{
	static __u64 offs[MAX_PLACES];
	const char *path = args[1], *pattern = args[2];
	struct bpf_object *obj = bpf_object__open_file(args[0], NULL);
	struct bpf_program *prog = obj ? bpf_object__next_program(obj, NULL) : NULL;
	struct link_attr l = {.attach_type = UPROBE_MULTI,
			      .path = (unsigned long)path,
			      .offsets = (unsigned long)offs};
	pid_t child = at_once ? fork() : 0;
	long link;
	int err;

	if (at_once && !child) {
		pause();
		_exit(0);
	}
	l.pid = (__u32)(child ? child : getppid());

	if (!prog || bpf_program__set_expected_attach_type(prog, UPROBE_MULTI) ||
	    bpf_object__load(obj))
		return -errno;
	if (*pattern == '+') {
		offs[0] = strtoull(pattern, NULL, 0);
		l.cnt = 1;
	} else {
		l.cnt = find(path, pattern, offs);
	}
	l.prog_fd = (__u32)bpf_program__fd(prog);
	link = syscall(SYS_bpf, BPF_LINK_CREATE, &l, sizeof(l));
	if (link < 0)
		return -errno;
	err = hand_begin(obj);
	if (err)
		return err;
	while (!stopped && !at_once)
		pause();
	close((int)link);
	if (child)
		kill(child, SIGKILL);
	bpf_object__close(obj);
	return 0;
}

int main(int argc, char **argv)
{
	return hand_main(argc, argv, 3, "uattach [-x] OBJECT FILE PATTERN|+OFFSET", run);
}
