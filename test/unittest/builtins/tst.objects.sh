#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What the verifier knows is read without helpers: random chains of members, from curthread and from a function's
# argument on, must load on every kernel and give what they give when their first pointer is but a number.
# (DTRACE_ROUNDS=40 for the long run: a round is 60 chains.)
# @@timeout: 90
# @@requires: root cmd:python3
set -u
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
roots=('task_struct curthread syscall::getpgid:entry')
! "$DTRACE" -Vv | grep -q '^yes  fentry is exact' || roots+=('file args[0] fbt::vfs_read:entry')
python3 - "${DTRACE_ROUNDS:-2}" "$dir" "${roots[@]}" <<'PY' || exit 1
import random, struct, sys

with open("/sys/kernel/btf/vmlinux", "rb") as f:
    data = f.read()
_, _, _, hdr, type_off, type_len, str_off, _ = struct.unpack_from("<HBBIIIII", data)
types, at, end, strings = [None], hdr + type_off, hdr + type_off + type_len, hdr + str_off
INT, PTR, ARRAY, STRUCT, UNION, ENUM, FWD, ENUM64 = 1, 2, 3, 4, 5, 6, 7, 19
tail = {INT: (4, 0), ARRAY: (12, 0), STRUCT: (0, 12), UNION: (0, 12), ENUM: (0, 8), 13: (0, 8), 14: (4, 0),
        15: (0, 12), 17: (4, 0), ENUM64: (0, 12)}
while at < end:
    name, info, size = struct.unpack_from("<III", data, at)
    kind, n = info >> 24 & 31, info & 0xffff
    types.append((kind, name, n, size, at + 12))
    fixed, each = tail.get(kind, (0, 0))
    at += 12 + fixed + each * n

def text(off):
    return data[strings + off:data.index(b"\0", strings + off)].decode()

def strip(i):
    while i and types[i][0] in (8, 9, 10, 11, 18):
        i = types[i][3]
    return i

def members(i):
    _, _, n, _, at = types[i]
    for k in range(n):
        name, t, _ = struct.unpack_from("<III", data, at + 12 * k)
        yield text(name), strip(t)

def chain(i):
    """A random way from a struct to a number or a pointer; None: it led nowhere."""
    path = "->"
    for _ in range(7):
        name, i = random.choice(list(members(i)) or [("", 0)])
        if not i:
            return None
        path += name
        while types[i][0] == ARRAY:
            elem, _, count = struct.unpack_from("<III", data, types[i][4])
            if not count:
                return None
            path += f"[{random.randrange(count)}]"
            i = strip(elem)
        if types[i][0] == PTR:
            to = strip(types[i][3])
            if not to or types[to][0] != STRUCT or not types[to][2] or random.random() < .3:
                return path
            path, i = path + "->", to
        elif types[i][0] in (STRUCT, UNION):
            path += "." if name else ""
        else:
            return path if types[i][0] in (INT, ENUM, ENUM64) and types[i][3] <= 8 else None
    return None

seed = random.randrange(1 << 32)
random.seed(seed)
for root in sys.argv[3:]:
    struct_name, start, probe = root.split()
    first = next(i for i, t in enumerate(types) if t and t[0] == STRUCT and text(t[1]) == struct_name)
    for turn in range(int(sys.argv[1])):
        paths = set()
        while len(paths) < 60:
            p = chain(first)
            # (the helper that reads counts itself in this one)
            if p and p[-1] not in ".>" and "->." not in p and "pagefault_disabled" not in p:
                paths.add(p)
        with open(f"{sys.argv[2]}/{struct_name}{turn}.d", "w", encoding="ascii") as f:
            f.write(f"/* seed {seed} */\n#pragma D option quiet\n")
            for p in sorted(paths):
                f.write(f'{probe} /pid == $target/ {{ @["{p}"] = max({start}{p} == '
                        f"((struct {struct_name} *)(uintptr_t){start}){p}); }}\n")
            f.write('ERROR { faults++; }\nEND { printf("faults %d\\n", faults); printa("%@d %s\\n", @); }\n')
PY
for d in "$dir"/*.d; do
	"$DTRACE" -s "$d" -c "$TRIGGERS/calls getpgid=50 read=50" </dev/null >"$dir/out" 2>"$dir/err" || { head -1 "$d"; head -20 "$dir/err"; exit 1; }
	! grep '^0 ' "$dir/out" || { head -1 "$d"; echo "was never the same"; exit 1; }
	grep -q '^1 ' "$dir/out" || { cat "$dir/out" "$dir/err"; echo "nothing was compared"; exit 1; }
done
