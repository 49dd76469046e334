#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The distribution's Java: hotspot's probes, of a program that is running (a server that comes with it; all that is
# asked of it is to end) and by name. Its strings are a pointer and a length
# without a NUL.
# @@requires: root cmd:rmiregistry
# @@native
# @@timeout: 60
set -u
. test/unittest/await.bash
dir=$(mktemp -d) || exit 1
java=
trap '[ -z "$java" ] || kill -9 $java 2>/dev/null; rm -rf "$dir"' EXIT
fail() { echo "$*"; cat "$dir/said"; head -20 "$dir/out" "$dir/err"; exit 1; }
: >"$dir/err"
rmiregistry -J-Xshare:off 0 >"$dir/said" 2>&1 & java=$!
for _ in $(seq 200); do grep -qs 'libjvm' /proc/$java/maps && "$DTRACE" -ln "hotspot$java:::vm-shutdown" >"$dir/out" 2>&1 && break; sleep .1; done
"$DTRACE" -ln "hotspot$java:::" >"$dir/out" 2>"$dir/err" || fail "no list"
[ "$(grep -c libjvm "$dir/out")" -gt 40 ] || fail "too few probes"
sleep 1 # until it has nothing more to do
"$DTRACE" -qn 'BEGIN { printf("begun\n"); }
	hotspot*:::class-loaded /pid == $1/ { @[copyinstr(arg0, arg1)] = count(); classes++; }
	hotspot$1:::thread-start { printf("thread %s\n", copyinstr(arg0, arg1)); }
	hotspot$1:::vm-shutdown { printf("shutdown %d\n", classes > 0); exit(0); }
	END { printa("class %s %@d\n", @); }' $java >"$dir/out" 2>"$dir/err" & tracer=$!
await "$dir/out" begun
kill -TERM $java
wait $java
java=
wait $tracer || fail "dtrace failed"
for want in 'thread SIGTERM handler' 'class java/util/IdentityHashMap$KeyIterator 1' 'shutdown 1'; do
	grep -qx "$want" "$dir/out" || fail "not there: $want"
done
[ ! -s "$dir/err" ] || fail "that was said"
