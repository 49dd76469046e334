# SPDX-License-Identifier: BSD-2-Clause
#
# For the tests of this folder: what was printed, and what was reported as lost, must add up to what
# was emitted.

. test/unittest/await.bash
tmp=${TMPDIR:-/tmp}/drops.$$
trap 'rm -f "$tmp".*' EXIT

# reported KIND FILE: the sum of "N KIND" in the messages, KIND in singular
reported()
{
	sed -n "s/^dtrace: \([0-9]*\) $1s\{0,1\}\( on CPU [0-9]*\)\{0,1\}\$/\1/p" "$2" |
		awk '{ n += $1 } END { printf("%d\n", n) }'
}

missed()
{
	sed -n 's/^dtrace: \([0-9]*\) missed firings\{0,1\} (recursion).*/\1/p' "$1" |
		awk '{ n += $1 } END { printf("%d\n", n) }'
}

# balance WHAT EXPECTED GOT DROPS FILE [EACH]: exact. Only where the kernel skips firings (and says so:
# they are counted for the whole program, not for one system call) is the sum a bound; with each of them go
# EACH of what is counted here.
balance()
{
	local sum=$(($3 + $4)) m

	m=$(($(missed "$5") * ${6:-1}))
	if [ "$sum" -gt "$2" ] || [ $((sum + m)) -lt "$2" ]; then
		echo "$1: $3 arrived, $4 dropped, $m missed: not $2"
		grep -v -e ' drop' -e 'missed firing' "$5" | head -5
		exit 1
	fi
	if grep -q 'internal error' "$5"; then
		cat "$5"
		exit 1
	fi
}
