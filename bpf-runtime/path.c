/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paths of files: from an entry of the directory cache up to the root, and lists of arguments.
 *
 * Names are put down from the end of the temporary backwards, since the way leads from the file to
 * the root; the kernel keeps each name's length. What a loop carries is in memory, as in string.c.
 */
#include "rt.h"

#define DT_STRSIZE DT_CONST(strsize)
#define DT_DEPTH   40 /* directories and mounts on the way up */
#define DT_NAME    255

struct dt_pathloop {
	uint64_t entry, mount, pos;
};

DT_INLINE uint64_t dt_pointer_at(uint64_t addr)
{
	uint64_t v = 0;

	bpf_probe_read_kernel(&v, sizeof(v), (void *)(unsigned long)addr);
	return v;
}

#define DT_OFFSET(n) (offsets >> 10 * (n)&0x3ff)

/*
 * The path of a directory entry. mount: the struct vfsmount it is seen through, then the path goes
 * on where that is mounted; 0: up to the root of its file system. offsets, of ten bits each: of
 * d_parent and d_name in dentry; of mnt_root in vfsmount; of mnt, mnt_parent and mnt_mountpoint in
 * mount. A path that is longer than a string loses its front. tmp: 2. Returns the offset of the
 * result.
 */
DT_RT uint64_t dt_rt_path(uint64_t slot, uint64_t tmp, uint64_t mount, uint64_t entry,
			  uint64_t offsets)
{
	char *s = dt_slot_at(slot), *t;
	volatile struct dt_pathloop *l;
	uint64_t i, pos, len, parent, up, over, name;
	uint32_t n;

	if (!s)
		return tmp;
	t = dt_tmp_at(s, tmp);
	l = (void *)t;
	t += 64;
	l->entry = entry;
	l->mount = mount;
	l->pos = DT_STRSIZE - 1;
	t[DT_STRSIZE - 1] = 0;
	for (i = 0; i < DT_DEPTH; i++) {
		entry = l->entry;
		mount = l->mount;
		parent = dt_pointer_at(entry + DT_OFFSET(0));
		if (parent == entry || (mount && entry == dt_pointer_at(mount + DT_OFFSET(2)))) {
			if (!mount)
				break;
			up = mount - DT_OFFSET(3);
			over = dt_pointer_at(up + DT_OFFSET(4));
			if (!over || over == up)
				break;
			l->entry = dt_pointer_at(up + DT_OFFSET(5));
			l->mount = over + DT_OFFSET(3);
			continue;
		}
		/* struct qstr: hash, length, name */
		n = 0;
		bpf_probe_read_kernel(&n, sizeof(n),
				      (void *)(unsigned long)(entry + DT_OFFSET(1) + 4));
		name = dt_pointer_at(entry + DT_OFFSET(1) + 8);
		len = n & DT_NAME;
		DT_BARRIER(len);
		pos = l->pos;
		DT_BARRIER(pos);
		if (!parent || !len || len >= DT_STRSIZE || pos >= DT_STRSIZE || len >= pos)
			break;
		pos -= len + 1;
		DT_BARRIER(pos);
		if (pos >= DT_STRSIZE)
			break;
		DT_BARRIER(pos);
		l->pos = pos;
		t[pos] = '/';
		bpf_probe_read_kernel(t + pos + 1, len, (void *)(unsigned long)name);
		l->entry = parent;
	}
	if (l->pos == DT_STRSIZE - 1 && DT_STRSIZE > 1) { /* the root itself */
		t[DT_STRSIZE - 2] = '/';
		l->pos = DT_STRSIZE - 2;
	}
	return tmp + 64 + l->pos;
}

/*
 * `size` bytes of user memory at addr, strings that are each ended by a NUL, as one string with
 * blanks between them. What can't be read is an empty string. tmp: 1. Returns tmp.
 */
DT_RT uint64_t dt_rt_strlist(uint64_t slot, uint64_t tmp, uint64_t addr, uint64_t size)
{
	char *s = dt_slot_at(slot), *t;
	uint64_t i;

	if (!s)
		return tmp;
	t = dt_tmp_at(s, tmp);
	t[0] = 0;
	if (size >= DT_STRSIZE)
		size = DT_STRSIZE - 1;
	DT_BARRIER(size);
	if (size >= DT_STRSIZE)
		return tmp;
	DT_BARRIER(size);
	t[size] = 0; /* before the call: what is behind it may not know the bound */
	if (bpf_probe_read_user(t, size, (void *)(unsigned long)addr)) {
		t[0] = 0;
		return tmp;
	}
	for (i = 0; i < DT_STRSIZE; i++) {
		if (i + 1 >= size) /* the last one's NUL stays */
			break;
		if (!t[i])
			t[i] = ' ';
	}
	return tmp;
}
