# SPDX-License-Identifier: BSD-2-Clause
#
# await FILE TEXT: until there is FILE and holds TEXT (a basic regular expression); after a minute, this test fails.
await()
{
	for _ in $(seq 600); do
		! grep -qs -- "$2" "$1" || return 0
		sleep .1
	done
	echo "no '$2' within a minute"
	exit 1
}
