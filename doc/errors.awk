# SPDX-License-Identifier: BSD-2-Clause
# errors.awk -- libdtrace/base/errtags.def to doc/errors.md: `make doc` calls it.
BEGIN {
	print "# Error tags"
	print ""
	print "With the option `errtags` (`dtrace -xerrtags`) each error in a D program begins with its tag:"
	print ""
	print "    dtrace: invalid probe specifier BEGIN { trace(xyz); }: [D_IDENT_UNDEF] in action list: ..."
	print ""
	print "Tags are for scripts and tests: the texts may be improved, the tags stay. Those of features that"
	print "come later, and those that only other implementations use, are here as well. This page is made from"
	print "`libdtrace/base/errtags.def` by `make doc`."
}
/^\/\* @ / {
	sub(/^\/\* @ /, ""); sub(/ \*\/$/, "")
	printf "\n## %s\n\n| tag | what is wrong |\n|---|---|\n", $0
	next
}
/^DT_TAG\(/ {
	tag = $0; sub(/^DT_TAG\(/, "", tag); sub(/,.*/, "", tag)
	what = $0; sub(/^[^"]*"/, "", what); sub(/"\)$/, "", what)
	gsub(/\|/, "\\|", what); gsub(/[*]/, "\\*", what)
	printf "| %s | %s |\n", tag, what
}
