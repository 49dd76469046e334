#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# One of each kind of probe, as everybody writes it (only shorter): functions, events, disks, processes.
# Each does the right thing, or says what the kernel lacks.
# @@timeout: 60
dir=$(mktemp -d) || exit 1
trap 'kill $load 2>/dev/null; umount "$dir/m" 2>/dev/null; rm -rf "$dir"' EXIT
fail() { echo "$what: $*"; echo "--- output"; head -40 "$dir/out"; echo "--- messages"; head "$dir/err"; exit 1; }
run()
{
	what=$1
	shift
	"$DTRACE" "$@" >"$dir/out" 2>"$dir/err"
	rc=$?
	[ $rc = 0 ] || fail "exit status $rc"
	others=$(grep -Ev '^dtrace: description .* matched [0-9]+ probes?$|missed firings? \(recursion\)$|missed samples?$|^dtrace: pid [0-9]+ has exited$' "$dir/err")
	[ -z "$others" ] || fail "said: $others"
}
(trap 'exit 0' TERM; while :; do read -r _ </proc/loadavg; /bin/true; done) & load=$!

if "$DTRACE" -Vv | grep -Eq '^yes +(kprobe|kprobe.multi|fentry and fexit)  '; then
	run 'files read' -n 'fbt::vfs_read:entry { @[stringof(args[0]->f_path.dentry->d_name.name)] = count(); } tick-1s { exit(0); }'
	grep -Eq '^  loadavg +[1-9][0-9]*$' "$dir/out" || fail 'nobody read loadavg'
else
	what='files read'
	"$DTRACE" -n 'fbt::vfs_read:entry { @[stringof(args[0]->f_path.dentry->d_name.name)] = count(); } tick-1s { exit(0); }' \
		>"$dir/out" 2>"$dir/err" && fail 'works, without any way to do it'
	grep -q 'neither kprobes nor fentry' "$dir/err" || fail 'not said what is missing'
fi

run 'switches' -n 'sdt:sched::sched_switch { @[stringof(args[4]), args[5]] = count(); } tick-1s { exit(0); }'
grep -Eq "^  bash +$load +[1-9][0-9]*\$" "$dir/out" || fail 'nobody switched to the load'

run 'programs' -n 'proc:::exec-success { printf("%s %d\n", execname, pid); } tick-1s { exit(0); }'
grep -Eq '^ +[0-9]+ +[0-9]+ +:exec-success true [0-9]+$' "$dir/out" || fail 'no true was executed'

# a disk of our own: a RAM disk, or what is behind the file system we are on
if [ -b /dev/ram0 ] && mkdir "$dir/m" && mke2fs -qF -t ext4 /dev/ram0 2>/dev/null && mount /dev/ram0 "$dir/m" 2>/dev/null; then
	disk=ram0 at=$dir/m
elif touch "$dir/x" && sync "$dir/x" && [ -e "/sys/dev/block/$(mountpoint -d "$(stat -c %m "$dir")" 2>/dev/null)" ]; then
	disk='[a-z0-9]+' at=$dir
else
	echo 'no disk here' && exit 77
fi
run 'disk' -n 'io:::start { @[args[1]->dev_statname, args[2]->fi_pathname] = sum(args[0]->b_bcount); } tick-20s { exit(0); }' \
	-c "dd if=/dev/zero of=$at/accepted bs=8k count=16 conv=fsync status=none"
grep -Eq "^  $disk +[^ ]*/?accepted +131072\$" "$dir/out" || fail 'the file that was written is not there'
