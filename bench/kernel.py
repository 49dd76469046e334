# SPDX-License-Identifier: BSD-2-Clause
"""The part of bench/run about functions of the kernel, in guests: attaching to one and to all of them, and
what a firing with a typed argument read adds to a read() of one byte, in instructions."""

GUESTS = ("5.10", "6.1", "6.12", "6.18", "7.2")
# Where trampolines miss nothing, a few functions are traced by them; elsewhere by kprobe.multi. By hand, the same.
TRAMPOLINES = ("5.10", "6.1", "6.12")
# Where multi links exist and work for modules, too: elsewhere, attaching to all functions takes bpftrace hours.
ATTACHING = ("6.12", "6.18", "7.2")
READ = "fbt::vfs_read:entry { @ = sum(args[0]->f_flags); }"
# name: functions, as a pattern, and the seconds to count
ATTACH = {"1 function": ("vfs_read", 0), "about 100": ("vfs_*", 0), "about 1,000": ("*_show", 0),
          "all": ("*", 0), "all, for 2 s": ("*", 2)}
FIELDS = (("ns_median", 1e6, "ms"), ("maxrss_kib", 1024, "MiB"))


def attach_command(bench, tool, pattern, seconds):
    build = bench.opts.build
    if tool == "dtrace":
        end = f"tick-{seconds}s" if seconds else "BEGIN"
        return [f"{build}/dtrace", "-q", "-n", end + " { exit(0); } fbt::" + pattern + ":entry { @ = count(); }"]
    if tool == "bpftrace":
        end = f"interval:s:{seconds}" if seconds else "BEGIN"
        return ["bpftrace", "-e", end + " { exit(); } kprobe:" + pattern + " { @ = count(); }"]
    return [f"{build}/bench/kattach", "-x", f"{build}/bench/ucount.bpf.o", pattern]


def firing_command(bench, tool, kernel):
    build = bench.opts.build
    if tool == "dtrace":
        return [f"{build}/dtrace", "-qn", 'BEGIN { printf("ready\\n"); } ' + READ]
    if tool == "bpftrace":
        return ["bpftrace", "-e", 'BEGIN { printf("ready\\n"); } kprobe:vfs_read '
                "{ @ = sum(((struct file *)arg0)->f_flags); }"]
    if kernel in TRAMPOLINES:
        return [f"{build}/bench/attach", f"{build}/bench/fread.bpf.o"]
    return [f"{build}/bench/kattach", f"{build}/bench/kread.bpf.o", "vfs_read"]


def measure(bench, kernel):
    jobs = {"bare": [bench.cost, "read", "40", "200"]}
    for t in bench.tools:
        jobs[f"read-{t}"] = [bench.cost, "read", "40", "200", *firing_command(bench, t, kernel)]
    said = bench.guest(kernel, f"kernel-{kernel}", jobs, "-i")
    bare = said["bare"] and said["bare"]["tsc_min"]
    firing = {t: round(said[f"read-{t}"]["tsc_min"] - bare, 1) if bare and said[f"read-{t}"] else None
              for t in bench.tools}
    return {"bare": bare, "firing": firing, "attach": attach(bench, kernel) if kernel in ATTACHING else {}}


def attach(bench, kernel):
    jobs = {f"{i}-{t}": [bench.cost, "start", "1", *attach_command(bench, t, pattern, seconds)]
            for i, (pattern, seconds) in enumerate(ATTACH.values()) for t in bench.tools
            if t != "hand" or not seconds}
    said = bench.guest(kernel, f"attach-{kernel}", jobs, "-1")
    return {case: {t: said.get(f"{i}-{t}") for t in bench.tools} for i, case in enumerate(ATTACH)}


def rows(kernel, result):
    yield (f"fbt with a typed argument read on {kernel}, over a bare read() of {result['bare'] or 0:.0f}",
           "instructions", [("vfs_read, f_flags", result["firing"])])
    for field, scale, unit in FIELDS if result["attach"] else ():
        yield (f"functions of the kernel on {kernel}, start to exit", unit,
               [(case, {t: v[field] / scale if v else None for t, v in by.items()})
                for case, by in result["attach"].items()])
