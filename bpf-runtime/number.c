/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers and strings: lltostr(), strtoll(), inet_ntoa().
 */
#include "rt.h"

/*
 * Writes `value` in `base` (2 to 36) and returns where it begins. The digits come from the right,
 * so they are written from the right. Base 10 is signed, others are unsigned. tmp: 72 bytes.
 */
DT_RT uint64_t dt_rt_lltostr(uint64_t slot, uint64_t tmp, uint64_t value, uint64_t base)
{
	uint64_t i, digit, negative = 0;
	char *s = dt_slot_at(slot), *t;

	if (!s)
		return tmp;
	t = dt_tmp_at(s, tmp);
	if (base < 2 || base > 36)
		base = 10;
	if (base == 10 && (int64_t)value < 0) {
		value = -value;
		negative = 1;
	}
	t[71] = 0;
	for (i = 70; i > 6; i--) {
		digit = value % base;
		value /= base;
		t[i] = digit < 10 ? '0' + digit : 'a' + digit - 10;
		if (!value)
			break;
	}
	if (i <= 6 || i > 70)
		i = 7;
	if (negative)
		t[--i] = '-';
	return tmp + i;
}

/* strtoll(): blanks, a sign, 0x if base is 16, digits; stops at what is none. tmp: 120 bytes. */
DT_RT uint64_t dt_rt_strtoll(uint64_t slot, uint64_t tmp, uint64_t off, uint64_t base)
{
	uint64_t i, at, c, digit;
	char *s = dt_slot_at(slot), *t;
	/* in memory: what loops carry, see string.c */
	volatile struct {
		uint64_t at, value, negative;
	} * l;

	if (!s)
		return 0;
	t = dt_tmp_at(s, tmp);
	l = (void *)(t + 96);
	if (base < 2 || base > 36)
		base = 10;
	if (bpf_probe_read_kernel_str(t, 80, s + (off & 0xffffff)) <= 0)
		return 0;
	l->at = l->value = l->negative = 0;
	for (i = 0; i < 12; i++) {
		c = (unsigned char)t[i];
		if (c != ' ' && c - '\t' > 4)
			break;
		l->at = i + 1;
	}
	at = l->at & 15;
	c = (unsigned char)t[at];
	if (c == '-')
		l->negative = 1;
	if (c == '-' || c == '+')
		l->at = at + 1;
	at = l->at & 15;
	if (base == 16 && t[at] == '0' && (t[at + 1] | 0x20) == 'x')
		l->at = at + 2;
	at = l->at & 15;
	for (i = 0; i < 64; i++) {
		c = (unsigned char)t[at + i];
		digit = c - '0';
		if (digit > 9)
			digit = (c | 0x20) - 'a' + 10;
		if (c > '9' && c < 'A')
			break;
		if (digit >= base)
			break;
		l->value = l->value * base + digit;
	}
	return l->negative ? -l->value : l->value;
}

/* a.b.c.d of an address in network byte order. tmp: 16 bytes. Returns tmp. */
DT_RT uint64_t dt_rt_inet_ntoa(uint64_t slot, uint64_t tmp, uint64_t addr)
{
	uint64_t i, pos = 0, octet;
	char *s = dt_slot_at(slot), *t;

	if (!s)
		return tmp;
	t = dt_tmp_at(s, tmp);
	for (i = 0; i < 4; i++) {
		octet = addr & 0xff;
		addr >>= 8;
		if (octet > 99)
			t[pos++ & 15] = '0' + octet / 100;
		if (octet > 9)
			t[pos++ & 15] = '0' + octet / 10 % 10;
		t[pos++ & 15] = '0' + octet % 10;
		t[pos++ & 15] = '.';
	}
	t[(pos - 1) & 15] = 0;
	return tmp;
}
