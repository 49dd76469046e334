# SPDX-License-Identifier: BSD-2-Clause
"""The part of bench/run about user processes: functions of libc attached to by the thousand, and a
firing of a function's entry and of a program's own probe, over what the function or probe takes when
nobody listens."""
import os
import re
import statistics
import subprocess

FIRING = {"function entry": "func", "USDT": "usdt"}
# name: functions of libc, as a pattern; bpftrace's, a perf event each, take a tenth of a second each
ATTACH = {"1 function": ("malloc", True), "about 100": ("m*", True), "about 1,000": ("[a-iA-Z]*", False),
          "all of libc": ("*", False)}


def libc():
    with open("/proc/self/maps", encoding="ascii", errors="replace") as f:
        return re.search(r"\S+/libc\.so\.6", f.read()).group(0)


def usdt_offset(path):
    """Where bench:::point is: the address in its note, less what its segment is moved by."""
    notes = subprocess.run(["readelf", "-n", path], stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return int(re.search(r"Name: point\s+Location: (0x[0-9a-f]+)", notes.stdout).group(1), 16)


def firing_command(bench, tool, kind):
    cost, build = os.path.abspath(bench.cost), bench.opts.build
    if tool == "dtrace":
        probe = "pid$target:a.out:cost_point:entry" if kind == "func" else "bench$target:::point"
        d = 'BEGIN { printf("ready\\n"); } ' + probe + " { @ = count(); }"
        # the stopwatch is the parent of what it starts
        return ["sh", "-c", f"exec {build}/dtrace -qn '{d}' -p $PPID"]
    if tool == "bpftrace":
        probe = f"uprobe:{cost}:cost_point" if kind == "func" else f"usdt:{cost}:bench:point"
        return ["bpftrace", "-e", 'BEGIN { printf("ready\\n"); } ' + probe + " { @ = count(); }"]
    where = "cost_point" if kind == "func" else f"+{usdt_offset(cost)}"
    return [f"{build}/bench/uattach", f"{build}/bench/ucount.bpf.o", cost, where]


def attach_command(bench, tool, pattern):
    build = bench.opts.build
    if tool == "dtrace":
        return [f"{build}/dtrace", "-q", "-n", "BEGIN { exit(0); } pid$target:libc:" + pattern +
                ":entry { @ = count(); }", "-c", "sleep 60"]
    if tool == "bpftrace":
        return ["bpftrace", "-e", "BEGIN { exit(); } uprobe:" + libc() + ":" + pattern + " { @ = count(); }"]
    return [f"{build}/bench/uattach", "-x", f"{build}/bench/ucount.bpf.o", libc(), pattern]


def measure(bench):
    result = {"firing": {}, "attach": {}}
    for case, kind in FIRING.items():
        samples = {t: [] for t in bench.tools}
        for _ in range(1 if bench.opts.quick else 5):
            bare = bench.measure(kind, 100, 2000)["ns_median"]
            for t in bench.tools:
                m = bench.measure(kind, 100, 2000, *firing_command(bench, t, kind))
                if m:
                    samples[t].append(m["ns_median"] - bare)
        result["firing"][case] = {t: round(statistics.median(v), 1) if v else None
                                  for t, v in samples.items()}
    for case, (pattern, bpftrace) in ATTACH.items():
        tools = [t for t in bench.tools if t != "bpftrace" or bpftrace]
        runs = {t: [bench.measure("start", 1, *attach_command(bench, t, pattern))
                    for _ in range(1 if bench.opts.quick or t == "bpftrace" else 5)] for t in tools}
        result["attach"][case] = {t: statistics.median(m["ns_median"] for m in v if m) / 1e6
                                  if any(v) else None for t, v in runs.items()}
    return result


def rows(result):
    return [("a firing in a process", "ns", list(result["firing"].items())),
            ("functions of libc, start to exit", "ms, median", list(result["attach"].items()))]
