# SPDX-License-Identifier: BSD-2-Clause
#
# Is anything of ours left in the kernel? left_start before, left_check after. Others may trace at the
# same time: what a living process holds is theirs, and what was there before is not ours.

orphans()
{
	local kind
	for kind in prog map link; do
		bpftool $kind show 2>/dev/null | awk -v kind=$kind '
			/^[0-9]+:/ { if (id != "") print kind, id; id = $1 }
			/^\t+pids / { id = "" }
			END { if (id != "") print kind, id }'
	done | sort
}

left_start()
{
	left_before=
	command -v bpftool >/dev/null && left_before=$(orphans)
}

# left_check [SECONDS]: what stays without an owner in every sample, for so long: the kernel takes down
# asynchronously, and others' objects pass by.
left_check()
{
	local now
	command -v bpftool >/dev/null || return 0
	now=$(comm -13 <(echo "$left_before") <(orphans))
	for _ in $(seq $((${1:-10} * 5))); do
		[ -n "$now" ] || return 0
		sleep .2
		now=$(comm -12 <(echo "$now") <(orphans))
	done
	echo "left in the kernel: $now"
	return 1
}
