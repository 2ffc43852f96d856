#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a machine does to a program: full disks, closed pipes, too little memory, hostile nesting, interrupted runs.

    faults.py --nsgcheck build/release/nsgcheck --sample rules/samples/cloud-service.json

Each row is a run; it must end by itself with the documented exit code and say what is wrong on standard error.
"""
import argparse
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time


def large_list(path, groups=400):
    """Some 30 MB in the shape that Azure's REST interface answers."""
    rules = [{"name": f"r{i}", "properties": {
        "protocol": "Tcp", "sourcePortRange": "*", "destinationPortRange": str(i), "sourceAddressPrefix": f"10.0.{i}.0/24",
        "destinationAddressPrefix": "*", "access": "Allow", "priority": 100 + i, "direction": "Inbound"}} for i in range(200)]
    each = {"type": "Microsoft.Network/networkSecurityGroups", "properties": {"securityRules": rules}}
    with open(path, "w") as out:
        json.dump({"value": [{"name": f"nsg{i}", **each} for i in range(groups)]}, out)


def limited(bytes_):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (bytes_, bytes_))


def rows(program, sample, folder):
    """Name, command, what to do to the child before it runs, exit code, a part of what it says."""
    deep, deep_xml, large = (folder / n for n in ("deep.json", "deep.xml", "large.json"))
    deep.write_text("[" * 100_000 + "]" * 100_000)
    deep_xml.write_text("<a>" * 100_000 + "</a>" * 100_000)
    large_list(large)
    unreadable = folder / "no-such-folder" / "out.json"
    return [
        ("standard output on a full disk", [program, sample], "/dev/full", None, 4, "No space left on device"),
        ("-o on a full disk", [program, sample, "-o", "json=/dev/full"], None, None, 4, "No space left on device"),
        ("-o in no folder", [program, sample, "-o", f"json={unreadable}"], None, None, 4, "No such file or directory"),
        ("standard output closed", [program, sample], None, lambda: os.close(1), 4, "Bad file descriptor"),
        ("100,000 levels of JSON", [program, deep], None, None, 2, "nesting deeper than 512 levels"),
        ("100,000 levels of XML", [program, deep_xml], None, None, 2, "nested deeper than 64"),
        ("hostile beside good", [program, deep, sample, "--fail-on", "never"], None, None, 3, "nesting deeper"),
        ("no such file", [program, folder / "none.json"], None, None, 2, "no such file"),
        ("a folder without any", [program, folder / "empty"], None, None, 2, "no network security group"),
        ("60 MB of memory", [program, large], None, limited(60 << 20), 4, "out of memory"),
    ]


def check(row):
    name, command, stdout, before, code, said = row
    with open(stdout or os.devnull, "w") as out:
        done = subprocess.run([str(c) for c in command], stdout=out, stderr=subprocess.PIPE, text=True, preexec_fn=before,
                              timeout=120)
    good = done.returncode == code and said in done.stderr
    print(f"{'ok' if good else 'FAILED'}  {name}: exit {done.returncode}" +
          ("" if good else f", expected {code} and {said!r}; said {done.stderr!r}"))
    return good


def closed_pipe(program, sample):
    child = subprocess.Popen([program, sample, "-f", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    child.stdout.close()
    said = child.stderr.read()
    good = child.wait(timeout=60) == 4 and "Broken pipe" in said
    print(f"{'ok' if good else 'FAILED'}  a closed pipe: exit {child.returncode}, said {said!r}")
    return good


def interrupted(program, folder):
    """The run is stopped while it writes: nothing of it stays, and what was there before is whole."""
    target = folder / "out" / "result.json"
    target.parent.mkdir()
    target.write_text("before")
    child = subprocess.Popen([program, folder / "large.json", "-o", f"json={target}", "-f", "json"], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not list(target.parent.glob("*.tmp")) and child.poll() is None and time.monotonic() < end:
        pass
    seen = bool(list(target.parent.glob("*.tmp")))
    child.send_signal(signal.SIGINT)
    child.stdout.close()
    code = child.wait(timeout=60)
    left = sorted(p.name for p in target.parent.iterdir())
    whole = target.read_text() == "before" or target.read_text().rstrip().endswith("}")
    good = left == ["result.json"] and whole and (code == -signal.SIGINT or not seen)
    print(f"{'ok' if good else 'FAILED'}  an interrupted run: exit {code}, left {left}, seen writing: {seen}")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nsgcheck", required=True)
    parser.add_argument("--sample", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "empty").mkdir()
        results = [check(row) for row in rows(arguments.nsgcheck, arguments.sample, folder)]
        results += [closed_pipe(arguments.nsgcheck, arguments.sample), interrupted(arguments.nsgcheck, folder)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
