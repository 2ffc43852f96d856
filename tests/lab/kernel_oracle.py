#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds nsgcheck's verdicts, rule by rule, against nftables in the Linux kernel, with real packets through conntrack.

    kernel_oracle.py --nsgcheck build/release/nsgcheck [--packets 20000] [--seed 1] [--rules 12] [--per-nsg 2000]
                     [--style classbench --printer build/release/tests/print_styled_rules]

Each NSG gets a network namespace of its own, without root (unshare -Urn). Exit codes: 0 no difference, 1 a difference
(shrunk to the fewest rules, printed with the packet), 77 skipped, with what is missing. The same seed, the same packets.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from nsg_case import as_arm, as_nft, new_case  # noqa: E402

SKIPPED = 77
INSIDE = "NSGCHECK_LAB_NAMESPACE"


def missing_parts():
    for program, package in (("unshare", "util-linux"), ("ip", "iproute2"), ("nft", "nftables")):
        if shutil.which(program) is None:
            return f"{program} is not there (Debian package {package})"
    tried = subprocess.run(["unshare", "-Urn", "nft", "add", "table", "inet", "probe"], capture_output=True, text=True)
    if tried.returncode != 0:
        return "no network namespace with nftables can be made here: " + tried.stderr.strip()
    tried = subprocess.run(["unshare", "-Urn", "ip", "link", "add", "p0", "type", "veth", "peer", "name", "p1"],
                           capture_output=True, text=True)
    return None if tried.returncode == 0 else "no veth pair can be made here: " + tried.stderr.strip()


def in_namespace():
    """The inner process: a case on standard input, the deciding rules on standard output."""
    from kernel import deciding_rules
    from nsg_case import Packet
    case = json.load(sys.stdin)
    json.dump(deciding_rules(case["nft"], [Packet(*p) for p in case["packets"]]), sys.stdout)
    return 0


def kernel_answers(rules, packets):
    case = {"nft": as_nft(rules), "packets": [list(vars(p).values()) for p in packets]}
    done = subprocess.run(["unshare", "-Urn", sys.executable, os.path.abspath(__file__)], input=json.dumps(case), text=True,
                          capture_output=True, env={**os.environ, INSIDE: "1"})
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def patient_kernel_answers(rules, packets, times=3):
    """What a busy machine lost is sent again, through a new namespace."""
    answers = kernel_answers(rules, packets)
    for _ in range(times):
        lost = [i for i, answer in enumerate(answers) if not answer]
        if not lost:
            break
        for i, answer in zip(lost, kernel_answers(rules, [packets[i] for i in lost])):
            answers[i] = answer
    return answers


def flow_row(packet):
    protocol = packet.protocol if packet.protocol != "icmp" or packet.family == 4 else "58"
    ports = (packet.source_port, packet.destination_port) if packet.protocol != "icmp" else ("", "")
    return f"{packet.direction},{protocol},{packet.source},{ports[0]},{packet.destination},{ports[1]}"


def nsgcheck_answers(program, rules, packets):
    """The name of the deciding rule for each packet; None where the verdict is unknown."""
    with tempfile.TemporaryDirectory() as folder:
        nsg, flows = pathlib.Path(folder, "nsg.json"), pathlib.Path(folder, "flows.csv")
        nsg.write_text(json.dumps(as_arm(rules)))
        header = "direction,protocol,source,sourcePort,destination,destinationPort\n"
        flows.write_text(header + "".join(flow_row(p) + "\n" for p in packets))
        done = subprocess.run([program, "explain", nsg, "--flows", flows, "-f", "jsonl"], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"nsgcheck explain: exit {done.returncode}: {done.stderr}")
    answers = [json.loads(line)["stages"][0] for line in done.stdout.splitlines()]
    if len(answers) != len(packets):
        raise RuntimeError(f"{len(packets)} flows, {len(answers)} answers")
    return [(a.get("decidedBy") or {}).get("name") if a["verdict"] in ("allow", "deny") else None for a in answers]


def differences(program, rules, packets, counts, deciders=None):
    deciders = Counter() if deciders is None else deciders
    ours, theirs = nsgcheck_answers(program, rules, packets), patient_kernel_answers(rules, packets)
    found = []
    for packet, our, their in zip(packets, ours, theirs):
        counts["packets"] += 1
        if our is None:  # ports of a rule for every protocol say nothing of ICMP
            counts["unknown"] += 1
        elif len(their) != 1:
            counts["lost" if not their else "seen twice"] += 1
        else:
            counts["compared"] += 1
            deciders[our] += 1
            if their[0] != our:
                found.append((packet, our, their[0]))
    return found


def shrunk(program, rules, packet):
    """Takes away rules as long as the packet is still decided differently."""
    kept = list(rules)
    for rule in [r for r in rules if not r.default]:
        fewer = [r for r in kept if r is not rule]
        if differences(program, fewer, [packet], Counter()):
            kept = fewer
    return kept


def report(program, seed, rules, found):
    packet, our, their = found[0]
    kept = shrunk(program, rules, packet)
    print(f"seed {seed}: {len(found)} packets decided differently, for example {packet}")
    (_, our, their), *_ = differences(program, kept, [packet], Counter()) or [(packet, our, their)]
    print(f"  nsgcheck: {our}; kernel: {their}; with these rules:")
    for rule in kept:
        if not rule.default:
            print(f"    {rule}")
    print("  as nftables:\n" + as_nft(kept))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nsgcheck", required=True)
    parser.add_argument("--packets", type=int, default=20000)
    parser.add_argument("--per-nsg", type=int, default=2000)
    parser.add_argument("--rules", type=int, default=12, help="rules of each direction")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--style", choices=["azure", "classbench", "batfish"], default="azure", help="shape of the rule sets")
    parser.add_argument("--printer", help="the program print_styled_rules, which styles other than azure need")
    arguments = parser.parse_args()
    if arguments.style != "azure" and not arguments.printer:
        parser.error("--style needs --printer")
    if why := missing_parts():
        print("skipped: " + why)
        return SKIPPED
    counts, user_rules = Counter(), 0
    for seed in range(arguments.seed, arguments.seed + -(-arguments.packets // arguments.per_nsg)):
        rules, packets = new_case(seed, arguments.rules, arguments.per_nsg,
                                  None if arguments.style == "azure" else arguments.style, arguments.printer)
        deciders = Counter()
        if found := differences(arguments.nsgcheck, rules, packets, counts, deciders):
            report(arguments.nsgcheck, seed, rules, found)
            return 1
        by_user_rule = [deciders[r.name] for r in rules if not r.default and deciders[r.name] > 0]
        user_rules += len(by_user_rule)
        counts["by user rules"] += sum(by_user_rule)
    print(", ".join(f"{counts[k]} {k}" for k in ("packets", "compared", "by user rules", "unknown", "lost", "seen twice")) +
          f", 0 different; {user_rules} user rules decided something")
    # A lab that loses packets proves nothing.
    return 0 if counts["compared"] > 0 and counts["lost"] + counts["seen twice"] == 0 else 1


if __name__ == "__main__":
    sys.exit(in_namespace() if os.environ.get(INSIDE) else main())
