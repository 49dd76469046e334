#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# fds[], fileinfo_t and d_path(): an open file, a pipe, what is not open; names of directories far down
# and longer than a string; short strings.
# @@requires root
d=$(mktemp -d) && trap 'rm -rf "$d"' EXIT
deep=$d/one/two/three/four/five/six
mkdir -p "$deep" && echo text >"$deep/file.name" || exit 1
failed=0

# try WHAT PATTERN OPTIONS...: what is printed for the read of the file
try() {
	local what=$1 pattern=$2 said
	shift 2
	said=$("$DTRACE" -q "$@" -c "od -c $deep/file.name" 2>&1 >"$d/out") || { echo "$what: $said"; failed=1; }
	# /tmp may itself be mounted somewhere
	grep -qE -- "$pattern" "$d/out" && return
	echo "$what: no $pattern in:"; cat "$d/out"; echo "$said"
	failed=1
}
pred='syscall::read:entry /pid == $target && fds[arg0].fi_name == "file.name"/'
try path "^path .*$deep/file.name$" -n "$pred { printf(\"path %s\n\", fds[arg0].fi_pathname); }"
try directory "^dir .*$deep$" -n "$pred { printf(\"dir %s\n\", fds[arg0].fi_dirname); }"
try flags '^flags 0 0 [a-z0-9]+$' -n \
	"$pred"' { printf("flags %d %d %s\n", fds[arg0].fi_oflags & O_ACCMODE, fds[arg0].fi_offset, fds[arg0].fi_fs); exit(0); }'
try 'what is not open' '^no <none> <none> 0 0$' -n \
	"$pred"' { printf("no %s %s %d %d\n", fds[900].fi_name, fds[-1].fi_pathname, fds[900].fi_oflags, fds[-5].fi_offset); }'
# the end of a path is what is kept: with the separator or without
try 'a short string' '^short /?ve/six/file.name$|^short /?(five/)?six/file.name$' -xstrsize=20 -n \
	"$pred"' { printf("short %s\n", fds[arg0].fi_pathname); }'
try 'an entry' "^entry .*/six/file.name$" -n \
	"$pred"' { printf("entry %s\n", d_path(curthread->files->fdt->fd[arg0]->f_path.dentry)); }'

out=$(echo x | "$DTRACE" -qn 'BEGIN { printf("%s %d\n", fds[0].fi_name, index(fds[0].fi_pathname, "pipefs:")); exit(0); }')
[ "$out" = $'pipefs 0' ] || [ "$out" = $'pipefs 0\n' ] || { echo "a pipe: $out"; failed=1; }
exit $failed
