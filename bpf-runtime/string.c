/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings, in the kernel.
 *
 * Every function works in a temporary of the caller's slot: it first copies its arguments there (by
 * probe_read_kernel_str, which also measures them), so that a source may lie anywhere in the slot,
 * up to its last byte, and only the temporary has to be bounded for the verifier. `tmp` is its
 * offset; the comment at each function says how many times strsize it has to be long (all have 64
 * bytes more).
 *
 * What a loop carries from one round to the next is kept in memory, not in registers: memory of a
 * map value has no known contents, so the verifier sees all rounds' states as one, and a loop costs
 * it one pass over its rounds.
 */
#include "rt.h"

#define DT_STRSIZE DT_CONST(strsize)
#define DT_NOPOS   (~0ull)

/* What loops carry. Lives in the last bytes of a temporary. */
struct dt_strloop {
	uint64_t i, j, found, end, len;
	int64_t pos;
};

/* Copies the string at offset `from` to `to`, cut to `size` bytes. Returns its length. */
DT_INLINE uint64_t dt_copy_str(char *to, uint64_t size, char *s, uint64_t from)
{
	long n = bpf_probe_read_kernel_str(to, size, s + (from & 0xffffff));

	if (n <= 0) {
		to[0] = 0;
		return 0;
	}
	return n - 1;
}

/* Length of the string at `off`. tmp: 1. */
DT_RT uint64_t dt_rt_strlen(uint64_t slot, uint64_t tmp, uint64_t off)
{
	char *s = dt_slot_at(slot), *t;

	if (!s)
		return 0;
	t = dt_tmp_at(s, tmp);
	return dt_copy_str(t, DT_STRSIZE, s, off);
}

/* tmp = a followed by b. tmp: 2. Returns tmp. */
DT_RT uint64_t dt_rt_strjoin(uint64_t slot, uint64_t tmp, uint64_t a, uint64_t b)
{
	char *s = dt_slot_at(slot), *t;
	uint64_t n;

	if (!s)
		return tmp;
	t = dt_tmp_at(s, tmp);
	n = dt_copy_str(t, DT_STRSIZE, s, a);
	if (n >= DT_STRSIZE)
		return tmp;
	dt_copy_str(t + n, DT_STRSIZE, s, b);
	/* The two may be longer than a string can be. */
	t[DT_STRSIZE - 1] = 0;
	return tmp;
}

/*
 * substr(): len == INT64_MAX: to the end. Negative start counts from the end, negative len stops
 * that far before the end. tmp: 1. Returns tmp.
 */
DT_RT uint64_t dt_rt_substr(uint64_t slot, uint64_t tmp, uint64_t off, uint64_t start, uint64_t len)
{
	char *s = dt_slot_at(slot), *t;
	int64_t from = start, to, size;

	if (!s)
		return tmp;
	t = dt_tmp_at(s, tmp);
	size = dt_copy_str(t, DT_STRSIZE, s, off);
	if (from < 0)
		from += size;
	if ((int64_t)len < 0)
		to = size + (int64_t)len;
	else
		to = len >> 32 ? size : from + (int64_t)len;
	if (from < 0) {
		from = 0;
		if ((int64_t)len < 0)
			to = 0;
	}
	if (to > size)
		to = size;
	size = to - from;
	t[0] = 0;
	if (size > 0 && size < (int64_t)DT_STRSIZE) {
		off = (off + from) & 0xffffff;
		DT_BARRIER(off);
		bpf_probe_read_kernel_str(t, size + 1, s + off);
	}
	return tmp;
}

/* The first `len` bytes of the string. tmp: 1. Returns tmp. */
DT_RT uint64_t dt_rt_strcut(uint64_t slot, uint64_t tmp, uint64_t off, uint64_t len)
{
	char *s = dt_slot_at(slot), *t;

	if (!s)
		return tmp;
	t = dt_tmp_at(s, tmp);
	if ((int64_t)len < 0)
		len = 0;
	if (len >= DT_STRSIZE)
		len = DT_STRSIZE - 1;
	dt_copy_str(t, len + 1, s, off);
	return tmp;
}

/* Offset of the first `c` in the string at `off`, or of an empty string if there is none. tmp: 1.
 */
DT_RT uint64_t dt_rt_strchr(uint64_t slot, uint64_t tmp, uint64_t off, uint64_t c)
{
	char *s = dt_slot_at(slot), *t;
	uint64_t i, ch;

	c &= 0xff;
	if (!s)
		return tmp;
	t = dt_tmp_at(s, tmp);
	dt_copy_str(t, DT_STRSIZE, s, off);
	for (i = 0; i < DT_STRSIZE; i++) {
		ch = (unsigned char)t[i];
		if (ch == c)
			return tmp + i;
		if (!ch)
			break;
	}
	t[0] = 0;
	return tmp;
}

/* Likewise the last. tmp: 1. */
DT_RT uint64_t dt_rt_strrchr(uint64_t slot, uint64_t tmp, uint64_t off, uint64_t c)
{
	char *s = dt_slot_at(slot), *t;
	volatile struct dt_strloop *l;
	uint64_t i, ch;

	c &= 0xff;
	if (!s)
		return tmp;
	t = dt_tmp_at(s, tmp);
	dt_copy_str(t, DT_STRSIZE, s, off);
	l = (void *)(t + ((DT_STRSIZE + 7) & ~7ull));
	l->found = 0;
	for (i = 0; i < DT_STRSIZE; i++) {
		ch = (unsigned char)t[i];
		if (ch == c)
			l->found = tmp + i;
		if (!ch)
			break;
	}
	if (l->found)
		return l->found;
	t[0] = 0;
	return tmp;
}

/*
 * Where `b` begins in `a`: Knuth, Morris and Pratt, because it needs no loop in a loop.
 * how: the position to start from (32 bits, signed); bit 32: search from the right; bit 33: the
 * position was given. tmp: 4: what loops carry, a, b, and for each prefix of b how much of it is
 * also its end. Returns the position or -1.
 */
DT_RT uint64_t dt_rt_index(uint64_t slot, uint64_t tmp, uint64_t a, uint64_t b, uint64_t how)
{
	uint64_t size = DT_STRSIZE, n, m, round, i, j, c, right = how >> 32 & 1;
	int64_t pos = (int64_t)(how << 32) >> 32;
	volatile struct dt_strloop *l;
	char *s = dt_slot_at(slot), *t, *p;
	volatile uint16_t *fail;

	if (!s)
		return DT_NOPOS;
	t = dt_tmp_at(s, tmp);
	l = (void *)t;
	t += 64;
	p = t + size;
	fail = (void *)(p + size);
	n = dt_copy_str(t, size, s, a);
	m = dt_copy_str(p, size, s, b);
	if (!(how >> 33 & 1))
		pos = right ? n : 0;
	l->len = m;
	if (!m) { /* the empty string is everywhere */
		if (pos < 0)
			pos = 0;
		return pos > (int64_t)n ? n : (uint64_t)pos;
	}
	if (pos < 0) {
		if (right)
			return DT_NOPOS;
		pos = 0;
	}

	/* From the right is to the right: the last match that begins at or before pos. */
	l->pos = pos;
	l->end = right;
	l->i = 1;
	l->j = 0;
	fail[0] = 0;
	for (round = 0; round < 2 * DT_STRSIZE; round++) {
		i = l->i;
		j = l->j;
		if (i >= size || j >= size || !(c = (unsigned char)p[i]))
			break;
		if (c == (unsigned char)p[j]) {
			fail[i] = j + 1;
			l->j = j + 1;
			l->i = i + 1;
		} else if (j) {
			l->j = fail[j - 1];
		} else {
			fail[i] = 0;
			l->i = i + 1;
		}
	}

	l->i = 0;
	l->j = 0;
	l->found = DT_NOPOS;
	for (round = 0; round < 2 * DT_STRSIZE; round++) {
		i = l->i;
		j = l->j;
		if (i >= size || j >= size || !(c = (unsigned char)t[i]))
			break;
		if (c == (unsigned char)p[j]) {
			l->i = ++i;
			l->j = ++j;
			if (j != l->len)
				continue;
			i -= j; /* a match, at i */
			if (l->end) {
				if ((int64_t)i <= l->pos)
					l->found = i;
			} else if ((int64_t)i >= l->pos) {
				l->found = i;
				break;
			}
			/* Past a match the pattern has its NUL, which matches nothing: the next round
			 * falls back. */
		} else if (j) {
			l->j = fail[j - 1];
		} else {
			l->i = i + 1;
		}
	}
	return l->found;
}

/* Makes tmp the one-character string c. */
DT_INLINE uint64_t dt_one_char(char *t, uint64_t tmp, char c)
{
	t[0] = c;
	t[1] = 0;
	return tmp;
}

/*
 * The last component of a path, or (dir) what precedes it. One pass forward: `i` is where the
 * current component starts, `end` where it ended, `j` where the one before it ended.
 */
DT_INLINE uint64_t dt_path_part(uint64_t slot, uint64_t tmp, uint64_t off, int dir)
{
	volatile struct dt_strloop *l;
	char *s = dt_slot_at(slot), *t;
	uint64_t i, c, last;

	if (!s)
		return tmp;
	t = dt_tmp_at(s, tmp);
	l = (void *)(t + ((DT_STRSIZE + 7) & ~7ull));
	if (!dt_copy_str(t, DT_STRSIZE, s, off))
		return dt_one_char(t, tmp, '.');
	l->i = DT_NOPOS;
	l->j = l->end = l->found = 0; /* found: inside a component */
	for (i = 0; i < DT_STRSIZE; i++) {
		c = (unsigned char)t[i];
		if (!c)
			break;
		if (c == '/') {
			l->found = 0;
			continue;
		}
		if (!l->found) {
			l->found = 1;
			l->i = i;
			l->j = l->end;
		}
		l->end = i + 1;
	}
	if (l->i == DT_NOPOS)
		return dt_one_char(t, tmp, '/');
	if (dir) {
		last = l->j;
		if (!last)
			return dt_one_char(t, tmp, t[0] == '/' ? '/' : '.');
	} else {
		last = l->end;
		tmp += l->i;
	}
	if (last < DT_STRSIZE)
		t[last] = 0;
	return tmp;
}

/* tmp: 1. Both return the offset of the result. */
DT_RT uint64_t dt_rt_basename(uint64_t slot, uint64_t tmp, uint64_t off)
{
	return dt_path_part(slot, tmp, off, 0);
}

DT_RT uint64_t dt_rt_dirname(uint64_t slot, uint64_t tmp, uint64_t off)
{
	return dt_path_part(slot, tmp, off, 1);
}

/* Letters from `first` to first + 25 change case. tmp: 1. Returns tmp. */
DT_RT uint64_t dt_rt_strcase(uint64_t slot, uint64_t tmp, uint64_t off, uint64_t first)
{
	char *s = dt_slot_at(slot), *t;
	uint64_t i, c;

	if (!s)
		return tmp;
	t = dt_tmp_at(s, tmp);
	dt_copy_str(t, DT_STRSIZE, s, off);
	for (i = 0; i < DT_STRSIZE; i++) {
		c = (unsigned char)t[i];
		if (!c)
			break;
		if (c - first < 26)
			t[i] = c ^ 0x20;
	}
	return tmp;
}
