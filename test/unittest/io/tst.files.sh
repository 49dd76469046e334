#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# io:::start and io:::done (IO-01, IO-02): a file is written and read through a loop device, which
# works on requests. Bytes, direction, device, offset and the file's name are right, and what is begun
# is done.
# @@requires root file:/dev/loop-control cmd:mke2fs cmd:losetup
# @@timeout 60
d=$(mktemp -d) loop=
clean() {
	umount "$d/m" 2>/dev/null
	[ -z "$loop" ] || losetup -d "$loop"
	rm -rf "$d"
}
trap clean EXIT
mkdir "$d/m" && truncate -s 8M "$d/img" && mke2fs -qF -t ext4 -O ^has_journal "$d/img" || exit 1
loop=$(losetup -f --show "$d/img" 2>&1) || { echo "no loop device here: $loop"; loop=; exit 77; }
mount "$loop" "$d/m" 2>"$d/err" || { cat "$d/err"; exit 77; }
mkdir "$d/m/some"

cat >"$d/io.d" <<'D'
io:::start, io:::done
/args[1]->dev_statname == $$1 && args[2]->fi_name == "file"/
{
	@[probename, args[2]->fi_pathname, args[2]->fi_fs,
	    args[0]->b_flags & B_READ ? "read" : args[0]->b_flags & B_WRITE ? "write" : "?",
	    args[0]->b_error] = sum(args[0]->b_bcount);
	@low[probename] = min(args[2]->fi_offset);
	@high[probename] = max(args[2]->fi_offset + args[0]->b_bcount);
}
io:::start, io:::done
/args[1]->dev_statname == $$1 && args[0]->b_flags & B_DONE &&
    (args[0]->b_edev >> 20 != args[1]->dev_major || args[1]->dev_major != 7 ||
    args[1]->dev_pathname != strjoin("/dev/", $$1))/
{
	printf("device %d %d %s\n", args[1]->dev_major, args[1]->dev_minor, args[1]->dev_pathname);
}
END
{
	printa("%s %s %s %s %d %@d\n", @);
	printa("%s from %@d\n", @low);
	printa("%s to %@d\n", @high);
}
D
cat >"$d/work" <<'W'
#!/bin/bash
dd if=/dev/zero of="$1/some/file" bs=8k count=8 conv=fsync
echo 1 >/proc/sys/vm/drop_caches
cat "$1/some/file" | wc -c
W
chmod +x "$d/work"
"$DTRACE" -qs "$d/io.d" -c "$d/work $d/m" "${loop#/dev/}" 2>"$d/err" >"$d/out" || { cat "$d/err"; exit 1; }
sort "$d/out" >"$d/sorted"
diff - "$d/sorted" <<'R'

65536
done /some/file ext4 read 0 65536
done /some/file ext4 write 0 65536
done from 0
done to 65536
start /some/file ext4 read 0 65536
start /some/file ext4 write 0 65536
start from 0
start to 65536
R
