#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# PostgreSQL's probes, by the server's own process numbers and by name: those of servers that run already, and of
# the process that each connection is given; a query's text is an argument. (Its probes have semaphores.)
# @@requires: root cmd:psql cmd:setpriv
# @@native
# @@timeout: 120
set -u
. test/unittest/await.bash
version=$(psql --version | sed "s,^[^0-9]*\([0-9]*\).*,\1,")
files=$(test/unpacked "postgresql-$version") || { echo "${files##*$'\n'}"; exit 77; }
dir=$(mktemp -d /tmp/pg.XXXXXX) || exit 1
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups env -i PATH="$PATH" LC_ALL=C "$@"; }
server=
trap '[ -z "$server" ] || { kill -INT $server; wait; }; rm -rf "$dir"' EXIT
fail() { echo "$*"; cat "$dir/out" "$dir/err"; tail -5 "$dir/log"; exit 1; }
chmod 711 "$dir"
cp -r "$files/usr" "$dir/usr" # the cache may be in a folder that is for root only
bin=$dir/usr/lib/postgresql/$version/bin
mkdir "$dir/data" && chown 65534:65534 "$dir/data" && : >"$dir/out" && : >"$dir/err"
as_nobody "$bin/initdb" -D "$dir/data" -A trust -U me --no-sync >"$dir/log" 2>&1 || fail "initdb failed"
as_nobody "$bin/postgres" -D "$dir/data" -k "$dir/data" -c listen_addresses= -c jit=off -F >"$dir/log" 2>&1 &
query() { psql -h "$dir/data" -U me -d postgres -Atc "$1" 2>/dev/null; }
for _ in $(seq 300); do
	! query 'select 1' >/dev/null || break
	sleep .1
done
server=$(head -1 "$dir/data/postmaster.pid") || fail "no server"

"$DTRACE" -qn 'BEGIN { printf("begun\n"); }
	postgresql*:::query-start { printf("start %s\n", copyinstr(arg0)); self->t = timestamp; }
	postgresql*:::query-done /self->t/ { printf("done %s %d\n", copyinstr(arg0), timestamp > self->t); self->t = 0; }
	postgresql*:::transaction-commit { @ = count(); }
	postgresql*:::query-done /++n == 2/ { exit(0); }
	END { printa("commits %@d\n", @); }' >"$dir/out" 2>"$dir/err" & tracer=$!
await "$dir/out" begun
[ "$(query 'select 6*7')" = 42 ] && query "create table t as select generate_series(1, 10)" >/dev/null || fail "a query failed"
wait $tracer || fail "dtrace failed"
diff <(grep -v '^$\|commits' "$dir/out") - <<'X' || fail "not what was asked"
begun
start select 6*7
done select 6*7 1
start create table t as select generate_series(1, 10)
done create table t as select generate_series(1, 10) 1
X
[ "$(sed -n 's/^commits //p' "$dir/out")" -ge 2 ] || fail "not every commit"
"$DTRACE" -ln "postgresql$server:::query-*" >"$dir/out" 2>"$dir/err" || fail "no list"
[ "$(grep -c 'postgres.* query-' "$dir/out")" -gt 8 ] || fail "too few probes"
[ ! -s "$dir/err" ] || fail "that was said"
