#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times nsgcheck from files to findings against nlohmann's DOM of the same bytes, in turn, and prints the ratios.

Usage: large_ratios.py NSGCHECK JSON_BENCH ROUNDS FILE...

JSON_BENCH is the program of that name in tests/bench (cmake -DNSGCHECK_BENCH=ON); the files are those that
large_inputs.py writes. The output with one thread and with all cores must be the same bytes. Nothing is judged here:
ratios depend on the machine and on what else it does.
"""
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time


def run(command):
    """Seconds of wall clock, megabytes at most, and a hash of the output."""
    with tempfile.TemporaryFile() as out:
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            sys.exit(f"{command}: exit code {process.returncode}")
        out.seek(0)
        digest = hashlib.file_digest(out, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else \
            hashlib.sha256(out.read()).hexdigest()
        return wall, usage.ru_maxrss / 1024, digest


def dom_seconds(json_bench, path):
    """Of parsing alone, without reading the file."""
    lines = subprocess.run([json_bench, path, "1"], check=True, capture_output=True, text=True).stdout.splitlines()
    return float(next(line for line in lines if line.startswith("nlohmann DOM")).split()[2])


def main():
    nsgcheck, json_bench, rounds, *paths = sys.argv[1:]
    print(f"{'file':28} {'MB':>6} {'DOM s':>7} {'1 job s':>8} {'all s':>7} {'scaling':>8} {'x DOM':>6} {'peak MB':>8}")
    for path in paths:
        dom, one, every, peak = [], [], [], 0.0
        for _ in range(int(rounds)):
            dom.append(dom_seconds(json_bench, path))
            wall, _, alone = run([nsgcheck, path, "--jobs", "1"])
            one.append(wall)
            wall, memory, together = run([nsgcheck, path])
            every.append(wall)
            peak = max(peak, memory)
            if alone != together:
                sys.exit(f"{path}: the output depends on the number of threads")
        d, o, e = (statistics.median(values) for values in (dom, one, every))
        print(f"{os.path.basename(path):28} {os.path.getsize(path) / 1e6:6.0f} {d:7.2f} {o:8.2f} {e:7.2f} {o / e:8.2f} "
              f"{d / e:6.2f} {peak:8.0f}")


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main()
