#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# io:::start and io:::done of a RAM disk, whose driver works on each bio itself: what is done shows the
# bytes and the sector that were begun with, although the bio is used up by then.
# (/dev/ram0 is accept/tst.probes'.)
# @@requires root cmd:mke2fs
# @@timeout 60
[ -b /dev/ram1 ] || { echo "no RAM disk here (/dev/ram1)"; exit 77; }
d=$(mktemp -d)
trap 'umount "$d/m" 2>/dev/null; rm -rf "$d"' EXIT
mkdir "$d/m" && mke2fs -qF -t ext4 -O ^has_journal -E lazy_itable_init=0 /dev/ram1 &&
	mount /dev/ram1 "$d/m" || exit 1
cat >"$d/io.d" <<'D'
io:::start
/args[2]->fi_name == "ramfile"/
{
	@start = sum(args[0]->b_bcount);
	began[args[0]->b_blkno] = args[0]->b_bcount;
}
io:::done
/args[2]->fi_name == "ramfile"/
{
	@done = sum(args[0]->b_bcount);
	@same = min(began[args[0]->b_blkno] == args[0]->b_bcount);
	@flags = max(args[0]->b_flags & (B_WRITE | B_READ | B_DONE | B_ERROR));
	@device = min(args[1]->dev_statname == "ram1" && args[1]->dev_major == 1 &&
	    args[1]->dev_minor == 1);
}
END
{
	printa("%@d %@d %@d %@d %@d\n", @start, @done, @same, @flags, @device);
}
D
"$DTRACE" -qs "$d/io.d" -c "dd if=/dev/zero of=$d/m/ramfile bs=8k count=8 conv=fsync" 2>"$d/err" >"$d/out" ||
	{ cat "$d/err"; exit 1; }
# B_WRITE | B_DONE
grep -qx '65536 65536 1 258 1' "$d/out" && exit 0
cat "$d/out" "$d/err"
exit 1
