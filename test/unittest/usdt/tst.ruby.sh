#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The distribution's ruby: probes in a library of its own. (Since it compiles to instructions without hooks,
# method-entry fires only while something in the program traces calls.)
# @@requires: root cmd:ruby
# @@timeout: 60
set -u
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
fail() { echo "$*"; cat "$dir/out" "$dir/err"; exit 1; }
cat >"$dir/prog.rb" <<'X'
class Greeter
  def greet(n); n + 1; end
end
g = Greeter.new
TracePoint.new(:call) {}.enable
5.times { |i| g.greet(i) }
[3, 1, 2].sort
X
"$DTRACE" -qn 'ruby$target:::object-create /copyinstr(arg0) == "Greeter"/ {
		printf("created %s:%d\n", basename(copyinstr(arg1)), arg2); }
	ruby$target:::method-entry /copyinstr(arg0) == "Greeter"/ {
		@[copyinstr(arg1), arg3] = count(); }
	ruby$target:::cmethod-entry /copyinstr(arg0) == "Array" && copyinstr(arg1) == "sort"/ { printf("sorted\n"); }
	END { printa("%s %d %@d\n", @); }' -c "ruby --disable-gems $dir/prog.rb" >"$dir/out" 2>"$dir/err" ||
	fail "dtrace failed"
diff <(grep -v '^$' "$dir/out") - <<'X' || fail "not what was called"
created prog.rb:4
sorted
greet 2 5
X
[ ! -s "$dir/err" ] || fail "that was said"
