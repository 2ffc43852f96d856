#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds what nsgcheck makes of connections against the connection tracking of the Linux kernel, packet by packet.

    state_oracle.py --nsgcheck build/release/nsgcheck [--sequences 40] [--steps 120] [--seed 1] [--explain-known]

Random sequences: handshakes, data, ends, resets, datagrams both ways, ICMP errors, strays, ports used again, and rules
that change while connections are open. Each goes step by step through nftables with conntrack in a network namespace
(unshare -Urn, no root), and as a capture through `nsgcheck replay`, once with each rule set. Exit codes: 0 no difference
but those known (listed with their numbers; --explain-known says why), 1 a difference, shrunk to the fewest steps, 77
skipped, with what is missing. The same seed, the same packets.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
from collections import Counter
from dataclasses import replace

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from kernel_oracle import INSIDE, SKIPPED, missing_parts  # noqa: E402
from nsg_case import as_nft  # noqa: E402
from state_case import as_packet, new_sequence  # noqa: E402
from state_model import KNOWN, Answers, Model  # noqa: E402

STATES = (("established", "open", "accept"), ("related", "related", "accept"), ("invalid", "invalid", "drop"))
# A run in which one of these never happened shows nothing.
WANTED = ["open", "allowed by a rule", "denied by a rule", "open, rules deny it", "of a denied one", "related", *KNOWN]


def in_namespace():
    from kernel_steps import answers
    json.dump(answers(json.load(sys.stdin)), sys.stdout)
    return 0


def kernel_answers(sequences):
    cases = []
    for sequence in sequences:
        steps, number = [], 0
        for step in sequence.steps:
            number += step.rules < 0
            steps.append({"rules": step.rules} if step.rules >= 0 else
                         {"side": step.side, "number": number, "packet": as_packet(step, number).hex()})
        cases.append({"loose": sequence.loose, "rules": [as_nft(rules, STATES) for rules in sequence.rules], "steps": steps})
    done = subprocess.run(["unshare", "-Urn", sys.executable, os.path.abspath(__file__)], input=json.dumps(cases), text=True,
                          capture_output=True, env={**os.environ, INSIDE: "1"})
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def compare(program, sequence, kernel, counts):
    """The first packet that is not as expected: (what kind of difference, text); None when all are."""
    model = Model(sequence, Answers(program, sequence))
    version, number = 0, 0
    for step in sequence.steps:
        if step.rules >= 0:
            version = step.rules
            counts["changes of rules"] += 1
            continue
        number += 1
        decided = kernel[number - 1]
        counts["packets"] += 1
        if len(decided) != 1:
            counts["lost" if not decided else "seen twice"] += 1
            return None  # what follows depends on it
        what, good = model.judge(step, number, version, decided[0])
        counts[what] += 1
        if not good:
            return ((step.label, decided[0], what),
                    f"packet {number}, {describe(step)}: the kernel says {decided[0]!r}, the model: {what}")
    counts["sequences"] += 1
    return None


def describe(step):
    if step.rules >= 0:
        return f"rules {step.rules}"
    (source, source_port), (destination, destination_port) = step.ends()
    return (f"{step.label} ({step.side} {step.protocol} {'+'.join(step.flags)}) {source} port {source_port} to "
            f"{destination} port {destination_port}{' stray' if step.stray else ''}")


def differs(program, sequence):
    if all(step.rules >= 0 for step in sequence.steps):
        return None
    return compare(program, sequence, kernel_answers([sequence])[0], Counter())


def shrunk(program, sequence, why):
    """Takes steps away, many at a time and then single ones, as long as the same kind of thing differs."""
    size = len(sequence.steps) // 2
    while size:
        at = 0
        while at < len(sequence.steps):
            fewer = replace(sequence, steps=sequence.steps[:at] + sequence.steps[at + size:])
            still = differs(program, fewer)
            if still and still[0] == why[0]:
                sequence, why = fewer, still
            else:
                at += size
        size //= 2
    return sequence, why


def report(program, seed, sequence, why):
    print(f"seed {seed}: {why[1]}")
    sequence, why = shrunk(program, sequence, why)
    print(f"shrunk to {len(sequence.steps)} steps (tcp_loose {int(sequence.loose)}): {why[1]}")
    for step in sequence.steps:
        print(f"  {describe(step)}")
    for version in sorted({0} | {s.rules for s in sequence.steps if s.rules >= 0}):
        print(f"rules {version}:")
        for rule in sequence.rules[version]:
            if not rule.default:
                print(f"  {rule}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nsgcheck", required=True)
    parser.add_argument("--sequences", type=int, default=40)
    parser.add_argument("--steps", type=int, default=120, help="of each sequence")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--explain-known", action="store_true", help="say why known differences are none")
    arguments = parser.parse_args()
    if why := missing_parts():
        print("skipped: " + why)
        return SKIPPED
    counts = Counter()
    seeds = range(arguments.seed, arguments.seed + arguments.sequences)
    sequences = [new_sequence(seed, arguments.steps) for seed in seeds]
    for seed, sequence, kernel in zip(seeds, sequences, kernel_answers(sequences)):
        if why := compare(arguments.nsgcheck, sequence, kernel, counts):
            report(arguments.nsgcheck, seed, sequence, why)
            return 1
    print(", ".join(f"{counts[k]} {k}" for k in ("sequences", "packets", "changes of rules", "lost", "seen twice")) +
          ", 0 different")
    print("as expected: " + ", ".join(f"{counts[k]} {k}" for k in WANTED if k not in KNOWN))
    print("known differences: " + ", ".join(f"{counts[k]} {k}" for k in KNOWN))
    if arguments.explain_known:
        print("\n".join(f"  {k}: {v}" for k, v in KNOWN.items()))
    if missing := [k for k in WANTED if counts[k] == 0]:
        print("never happened, so nothing is shown: " + ", ".join(missing))
        return 1
    return 0 if counts["lost"] + counts["seen twice"] == 0 else 1


if __name__ == "__main__":
    sys.exit(in_namespace() if os.environ.get(INSIDE) else main())
