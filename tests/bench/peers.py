#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast nsgcheck is beside other programs: one table of ratios, all in one run, on the same inputs, answers compared.

    peers.py --build build/bench --project . [--scale 1] [--only provers packets kernel captures lists]

Programs run in turn, and the shortest processor time of each counts, so that what else the machine does meets all of them.
Scale 1: captures of 1 GB, a list of 5,000 NSGs; about fifteen minutes.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROUNDS = 3
PARTS = ["provers", "packets", "kernel", "captures", "lists"]


def processor_time(command):
    """Seconds of processor time, and the last number in each line of what it said."""
    out = tempfile.TemporaryFile()
    child = subprocess.Popen([str(c) for c in command], stdout=out, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    # What is compared stands in the last line of a report that may have many.
    out.seek(max(0, out.seek(0, os.SEEK_END) - (1 << 16)))
    return usage.ru_utime + usage.ru_stime, child.returncode, out.read().decode(errors="replace")


def time_text(seconds):
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def compare(question, about, wanted, contenders, rounds=ROUNDS):
    """`contenders`: name, command, pattern of the number in its answer or None, how many times its work is ours."""
    best, answers = {}, {}
    for _ in range(rounds):
        for name, command, pattern, share in contenders:
            seconds, code, said = processor_time(command)
            found = re.search(pattern, said) if pattern else None
            answers[name] = int(found.group(1).replace(",", "")) if found else None if pattern is None else f"exit {code}"
            best[name] = min(best.get(name, 1e9), seconds * share)
    (ours, _, _, _), *others = contenders
    least = min(best[name] for name, *_ in others)
    known = {a for a in answers.values() if a is not None}
    ratio = least / best[ours]
    print(f"| {question} | {about} | {time_text(best[ours])} | "
          f"{', '.join(f'{name} {time_text(best[name])}' for name, *_ in others)} | {ratio:.3g} | "
          f"{'' if not wanted else f'{wanted:g}' + (' (missed)' if ratio < wanted else '')} | "
          f"{'alike' if len(known) <= 1 else f'DIFFERENT: {answers}'} |", flush=True)


def captures(program, build, project, folder, scale):
    subprocess.run([build / "capture_sets", folder, str(int(1000 * scale))], check=True, stdout=subprocess.DEVNULL)
    deployment = project / "rules/samples/deployments/works.json"
    for path in sorted(folder.glob("*.pcap")):
        ours = ("nsgcheck replay", [program, "replay", "-q", "--deployment", deployment, path, "-f", "text"], None, 1)
        compare("a capture, a verdict for each connection", path.name, 2, [
            ours, ("libpcap, reading only", [build / "peer_loops", "pcap", path], None, 1),
            ("tcpdump -w /dev/null", ["tcpdump", "-r", path, "-w", "/dev/null"], None, 1)])
        slice_ = folder / "slice"
        subprocess.run(["tcpdump", "-r", path, "-c", "200000", "-w", slice_], check=True, stderr=subprocess.DEVNULL)
        compare("the same, 200,000 packets", path.name, 300, [
            ("nsgcheck replay", [program, "replay", "-q", "--deployment", deployment, slice_, "-f", "text"], None, 1),
            ("tshark, the cookie", ["tshark", "-n", "-r", slice_, "-T", "fields", "-e", "rdp.rt_cookie"], None, 1)], 2)


def lists(program, build, folder, scale):
    subprocess.run([sys.executable, pathlib.Path(__file__).with_name("large_inputs.py"), folder, str(scale)], check=True)
    tenant = folder / "rest-list.json"
    audit = [program, tenant, "-q", "--fail-on", "never", "--color", "never"]
    compare("a tenant, files to findings", f"{tenant.stat().st_size / 1e6:.0f} MB", 5, [
        ("nsgcheck audit", audit, r"NSGs? with ([\d,]+) rules", 1),
        ("nlohmann DOM, reading only", [build / "peer_loops", "nlohmann", tenant], r"(\d+)", 1),
        ("simdjson DOM, reading only", [build / "peer_loops", "simdjson", tenant], r"(\d+)", 1)], 2)
    small = folder / "small.json"
    small.write_text('{"name": "n", "properties": {"securityRules": []}}')
    compare("200 starts with a small file", "", 1, [
        (name, ["sh", "-c", f"for i in $(seq 200); do {command} '{small}' >/dev/null; done"], None, 1)
        for name, command in (("nsgcheck", f"'{program}'"), ("jq", "jq ."))])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--project", required=True, type=pathlib.Path)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    program = build / "nsgcheck"
    print("| What | Input | nsgcheck | Others | Times faster | Wanted | Answers |\n|---|---|---|---|---|---|---|", flush=True)
    for name in ("provers", "packets"):
        if name not in arguments.only:
            continue
        if (build / name).exists():
            subprocess.run([build / name], check=True)
        else:
            print(f"{name}: its libraries are not there, see scripts/packages.txt", file=sys.stderr)
    if "kernel" in arguments.only and subprocess.run(["unshare", "-Urn", build / "kernel_packets"]).returncode != 0:
        print("nftables in the kernel: not here (needs nft, ip and user namespaces)", file=sys.stderr)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if "captures" in arguments.only:
            captures(program, build, arguments.project, folder, arguments.scale)
        if "lists" in arguments.only:
            lists(program, build, folder, arguments.scale)


if __name__ == "__main__":
    main()
