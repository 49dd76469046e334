#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The system's libraries are compiled when a program names something of theirs, and not before:
# names in programs, in arguments, in other libraries; names of every kind. All is compiled only (-e).
d=$(mktemp -d) && trap 'rm -rf "$d"' EXIT
mkdir "$d"/{sys,own}
failed=0

# try WHAT STATUS LIBRARIES OPTIONS...: exit status, and which libraries are loaded
try() {
	local what=$1 want=$2 libs=$3 said st got
	shift 3
	said=$("$DTRACE" -e -xdebug -xerrtags -xsyslibdir="$d/sys" "$@" 2>&1)
	st=$?
	got=$(grep -o '[a-z]*\.d loaded' <<<"$said" | sed 's/\.d loaded//' | tr '\n' ' ')
	[ $st = "$want" ] && [ "${got% }" = "$libs" ] && return
	echo "$what: status $st, loaded '$got' instead of '$libs': $said"
	failed=1
}
echo 'inline int CONST = 1; inline int FN[int a] = a + CONST;' >"$d/sys/inl.d"
echo 'typedef struct point { int x, y; } point_t; enum { RED, GREEN = 5 };' >"$d/sys/types.d"
echo '#pragma D depends_on library types.d
typedef struct seen { int depth; } seen_t;
/* FN and CONST are only named in this comment */
translator seen_t < point_t *P > { depth = P->x + NO_SUCH_NAME; };
inline seen_t *here = xlate <seen_t *>((point_t *)arg0);' >"$d/sys/xl.d"
echo 'inline int USES = CONST * 2;' >"$d/sys/uses.d"
echo 'inline int BROKEN = ;' >"$d/sys/broken.d"

try nothing 0 '' -n 'BEGIN { trace(1); }'
try inline 0 inl -n 'BEGIN { trace(CONST); }'
try 'inline with arguments' 0 inl -n 'BEGIN { trace(FN[2]); }'
try 'a typedef' 0 types -n 'BEGIN { this->p = (point_t *)arg0; }'
try 'a tag' 0 types -n 'BEGIN { trace(((struct point *)arg0)->y); }'
try 'an enumerator' 0 types -n 'BEGIN { trace(GREEN); }'
try 'a library that needs another' 0 'types xl' -n 'BEGIN { trace(sizeof (seen_t)); }'
try 'a name that another library names' 0 'inl uses' -n 'BEGIN { trace(USES); }'
try 'the second program' 0 inl -n 'BEGIN { trace(1); }' -n 'BEGIN { trace(CONST); }'
echo 'BEGIN { trace($1); }' >"$d/arg.d"
try 'an argument' 0 inl -s "$d/arg.d" CONST
try 'an argument that names nothing' 0 '' -s "$d/arg.d" 5
echo 'inline int MINE = CONST;' >"$d/own/mine.d"
try 'a library of -L' 0 'inl mine' -L "$d/own" -n 'BEGIN { trace(1); }'
echo '#pragma D depends_on library errno.d
#pragma D depends_on library signal.d
inline int BOTH = ENOENT + SIGINT;' >"$d/sys/both.d"
try 'names that need no library here' 0 both -n 'BEGIN { trace(BOTH); }'
# what is wrong is found when it is used
try 'a translator in error' 1 'types xl' -n 'BEGIN { trace(here->depth); }'
try 'a library in error' 1 '' -n 'BEGIN { trace(BROKEN); }'
try 'nolibs' 1 '' -xnolibs -n 'BEGIN { trace(CONST); }'
exit $failed
