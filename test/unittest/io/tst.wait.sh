#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# io:::wait-start and io:::wait-done (IO-03, IO-04): fsync on a disk makes a thread wait for the disk's
# cache to be written. Each wait ends, in the same thread, with the sector it began with.
# @@requires root file:/dev/loop-control cmd:mke2fs cmd:losetup kprobe
# @@timeout 60
d=$(mktemp -d) loop=
trap 'umount "$d/m" 2>/dev/null; [ -z "$loop" ] || losetup -d "$loop"; rm -rf "$d"' EXIT
mkdir "$d/m" && truncate -s 8M "$d/img" && mke2fs -qF -t ext4 -O ^has_journal "$d/img" || exit 1
loop=$(losetup -f --show "$d/img") && mount "$loop" "$d/m" || exit 1
cat >"$d/wait.d" <<'D'
io:::wait-start
/args[1]->dev_statname == $$1/
{
	self->sector = args[0]->b_blkno + 1;
	@start = count();
}
io:::wait-done
/args[1]->dev_statname == $$1/
{
	@done = count();
	@same = min(self->sector == args[0]->b_blkno + 1 && args[0]->b_error == 0);
	self->sector = 0;
}
END
{
	printa("%@d %@d %@d\n", @start, @done, @same);
}
D
"$DTRACE" -qs "$d/wait.d" -c "dd if=/dev/zero of=$d/m/file bs=8k count=8 conv=fsync" "${loop#/dev/}" \
	2>"$d/err" >"$d/out" || { cat "$d/err"; exit 1; }
read -r start done same < <(grep . "$d/out")
[ "${start:-0}" -ge 1 ] && [ "$start" = "$done" ] && [ "$same" = 1 ] && exit 0
cat "$d/out" "$d/err"
exit 1
