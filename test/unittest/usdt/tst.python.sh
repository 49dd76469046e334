#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The distribution's python has probes. python*::: sees programs that run already and those started
# later; arg1 is the function's name, arg0 the file's.
# @@requires: root file:/usr/bin/python3
# @@timeout: 60
. test/unittest/await.bash
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cat >"$dir/prog.py" <<X
import os, sys, time
def announced(): return 0
while not os.path.exists(sys.argv[1]): time.sleep(0.01)
sys.setprofile(lambda *a: None)
announced()
X
/usr/bin/python3 "$dir/prog.py" "$dir/go" &
before=$!
until [ -e /proc/$before/maps ] && grep -q python3 /proc/$before/maps; do sleep 0.02; done
if ! "$DTRACE" -ln "python$before:::function-entry" 2>/dev/null | grep -q function-entry; then
	kill $before
	echo "this python was built without probes"
	exit 77
fi
"$DTRACE" -qn 'BEGIN { printf("begun\n"); }
	python*:::function-entry /copyinstr(arg1) == "announced"/ {
		printf("%d %s\n", pid, basename(copyinstr(arg0))); n++; }
	python*:::function-entry /n == 2/ { exit(0); }' >"$dir/out" 2>"$dir/err" &
tracer=$!
await "$dir/out" begun
touch "$dir/go"
/usr/bin/python3 "$dir/prog.py" "$dir/go" &
after=$!
wait $before $after
kill -INT $tracer 2>/dev/null
wait $tracer
want=$(printf '%d prog.py\n%d prog.py' $before $after | sort)
[ "$(grep prog.py "$dir/out" | sort)" = "$want" ] && exit 0
echo "wanted: $want"
cat "$dir/out" "$dir/err"
exit 1
