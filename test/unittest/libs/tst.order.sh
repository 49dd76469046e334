#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Which libraries are loaded, and in which order: LIB-01 to LIB-04, PRG-09, options syslibdir, libdir
# and nolibs. All is compiled only (-e).
d=$(mktemp -d) && trap 'rm -rf "$d"' EXIT
mkdir -p "$d"/{sys,own,other,empty}
failed=0

# try WHAT STATUS PATTERN OPTIONS...: status as wanted, the pattern (if any) in what is said
try() {
	local what=$1 want=$2 pattern=$3 said st
	shift 3
	said=$("$DTRACE" -e -xerrtags "$@" 2>&1)
	st=$?
	if [ $st != "$want" ]; then
		echo "$what: status $st, not $want: $said"
		failed=1
	elif [ -n "$pattern" ] && ! grep -qF -- "$pattern" <<<"$said"; then
		echo "$what: no '$pattern' in: $said"
		failed=1
	elif [ -z "$pattern" ] && [ -n "$said" ]; then
		echo "$what: says: $said"
		failed=1
	fi
}
sys="-xsyslibdir=$d/sys"

echo 'inline int ONE = 1;' >"$d/sys/one.d"
echo 'inline int TWO = ONE + 1;' >"$d/own/two.d"
echo 'this is no library' >"$d/own/readme.txt"
try 'a system library' 0 '' "$sys" -n 'BEGIN { trace(ONE); }'
try 'the system directory comes first' 0 '' "$sys" -L "$d/own" -n 'BEGIN { trace(TWO); }'
try 'libdir' 0 '' "$sys" -x libdir="$d/own" -n 'BEGIN { trace(TWO); }'
try 'several programs' 0 '' "$sys" -n 'BEGIN { trace(ONE); }' -n 'END { trace(ONE); }'
try 'nolibs' 1 D_IDENT_UNDEF "$sys" -x nolibs -n 'BEGIN { trace(ONE); }'
try 'empty and missing directories' 0 '' -xsyslibdir="$d/none" -L "$d/empty" -L "$d/none" \
	-n 'BEGIN { trace(1); }'
try 'libdir in a program' 1 D_PRAGMA_OPTSET -s <(printf '#pragma D option libdir=/x\nBEGIN{}\n')

# what is not satisfied is left out, and what depends on it
echo '#pragma D depends_on provider nosuch
inline int GONE = nothing_that_exists;' >"$d/sys/gone.d"
echo '#pragma D depends_on library gone.d
inline int GONE_TOO = GONE;' >"$d/sys/also.d"
echo '#pragma D depends_on module no_such_module
inline int GONE_TOO = GONE;' >"$d/sys/module.d"
echo '#pragma D depends_on library no_such_library.d
inline int GONE_TOO = GONE;' >"$d/sys/library.d"
echo '/*
#pragma D depends_on provider nosuch
*/
inline int HERE = 1;' >"$d/sys/here.d"
try 'left out quietly' 0 '' "$sys" -n 'BEGIN { trace(ONE); }'
try 'really left out' 1 D_IDENT_UNDEF "$sys" -n 'BEGIN { trace(GONE); }'
try 'and what needs it' 1 D_IDENT_UNDEF "$sys" -n 'BEGIN { trace(GONE_TOO); }'
try 'a comment is no pragma' 0 '' "$sys" -n 'BEGIN { trace(HERE); }'
try 'a program cannot depend on a library' 1 D_PRAGMA_DEPEND "$sys" \
	-s <(printf '#pragma D depends_on library one.d\nBEGIN{}\n')

# order: by dependency, not by name
echo '#pragma D depends_on library b.d
inline int A = B + 1;' >"$d/other/a.d"
echo '#pragma D depends_on library c.d
inline int B = C + 1;' >"$d/other/b.d"
echo 'inline int C = 1;' >"$d/other/c.d"
try 'in order of dependency' 0 '' "$sys" -L "$d/other" -n 'BEGIN { trace(A); }'
echo '#pragma D depends_on library a.d' >>"$d/other/c.d"
try 'a cycle' 1 'a.d needs b.d needs c.d needs a.d' "$sys" -L "$d/other" -n 'BEGIN { trace(1); }'

# errors are reported in the library's frame, whether or not the program uses it
printf '\ninline int BAD = no_such_name;\n' >"$d/other/c.d"
try 'an error' 1 "dtrace: failed to compile library $d/other/c.d: [D_IDENT_UNDEF] line 2: " "$sys" \
	-L "$d/other" -n 'BEGIN { trace(1); }'
echo 'BEGIN { trace(1); }' >"$d/other/c.d"
try 'a clause' 1 "failed to compile library $d/other/c.d: [D_SYNTAX] line 1: " "$sys" \
	-L "$d/other" -n 'BEGIN { trace(1); }'
rm "$d"/other/*

# the subdirectory of the highest kernel version that is not above ours
mkdir -p "$d"/other/{2.6,3.10.1,999.1}
echo 'inline int OLD = 1;' >"$d/other/2.6/v.d"
echo 'inline int OURS = 1;' >"$d/other/3.10.1/v.d"
echo 'inline int FUTURE = 1;' >"$d/other/999.1/v.d"
echo 'inline int ANY = 1;' >"$d/other/v.d"
echo 'inline int ALL = OURS;' >"$d/other/w.d"
try 'of this kernel' 0 '' "$sys" -L "$d/other" -n 'BEGIN { trace(OURS + ALL); }'
for v in OLD FUTURE ANY; do
	try "not $v" 1 D_IDENT_UNDEF "$sys" -L "$d/other" -n "BEGIN { trace($v); }"
done
exit $failed
