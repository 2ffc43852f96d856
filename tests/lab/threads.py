#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same bytes whatever the number of threads, for all that runs in several.

    threads.py --nsgcheck build/release/nsgcheck --project .

With a program built by the preset tsan, data races are found, too: ThreadSanitizer then writes to standard error.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile


def random_list(path, groups=60):
    """NSGs that give findings of many policies, in the shape of Azure's REST interface; some are equal."""
    draw = random.Random(5)

    def rule(number):
        return {"name": f"rule{number}", "properties": {
            "protocol": draw.choice(["Tcp", "Udp", "*"]), "sourcePortRange": "*",
            "destinationPortRange": draw.choice(["3389", "22", "20000", "443", "1000-2000", "*"]),
            "sourceAddressPrefix": draw.choice(["*", "Internet", "10.0.0.0/8", "VirtualNetwork", "203.0.113.0/24", "Sql"]),
            "destinationAddressPrefix": draw.choice(["*", "10.0.0.4", "VirtualNetwork"]),
            "access": draw.choice(["Allow", "Deny"]), "priority": 100 + number,
            "direction": draw.choice(["Inbound", "Outbound"])}}

    kind = "Microsoft.Network/networkSecurityGroups"
    lists = [[rule(n) for n in range(draw.randrange(1, 25))] for _ in range(groups)]
    lists += lists[:10]
    path.write_text(json.dumps({"value": [{"name": f"nsg{i}", "type": kind, "properties": {"securityRules": rules}}
                                          for i, rules in enumerate(lists)]}))


def random_plan(path, groups=12, rules=200):
    """A Terraform plan of more than a megabyte: half of its groups show their rules, the others' stand alone, some
    without a name of a group."""
    draw = random.Random(6)
    kinds = ("azurerm_network_security_group", "azurerm_network_security_rule")

    def rule(number):
        return {"name": f"rule{number}", "priority": 100 + number, "direction": draw.choice(["Inbound", "Outbound"]),
                "access": draw.choice(["Allow", "Deny"]), "protocol": draw.choice(["Tcp", "Udp", "*"]), "description": "x" * 200,
                "source_port_range": "*", "destination_port_range": draw.choice(["3389", "443", "1000-2000"]),
                "source_address_prefix": draw.choice(["*", "Internet", "10.0.0.0/8", "203.0.113.0/24"]),
                "destination_address_prefix": "*"}

    changes = []
    for group in range(groups):
        listed = [rule(n) for n in range(rules)]
        inside = group % 2 == 0
        values = {"name": f"nsg{group}", "resource_group_name": "rg", "security_rule": listed if inside else []}
        changes.append((f"{kinds[0]}.g{group}", kinds[0], values))
        for number, one in enumerate([] if inside else listed):
            owner = {} if draw.randrange(50) == 0 else {"network_security_group_name": f"nsg{group}"}
            changes.append((f"{kinds[1]}.r{group}[{number}]", kinds[1], one | owner | {"resource_group_name": "rg"}))
    draw.shuffle(changes)
    path.write_text(json.dumps({"format_version": "1.2", "resource_changes": [
        {"address": address, "type": kind, "change": {"actions": ["create"], "before": None, "after": values,
                                                      "after_unknown": {"id": True}}} for address, kind, values in changes]}))


def rows(project, folder):
    """Name and arguments; each is run with several numbers of threads."""
    long_list = folder / "list.json"
    random_list(long_list)
    plan = folder / "plan.json"
    random_plan(plan)
    samples = project / "rules" / "samples"
    deployment = samples / "deployments" / "works.json"
    for form in ("text", "json", "sarif"):
        yield f"audit as {form}", ["audit", long_list, "-f", form, "--fail-on", "never"]
    yield "audit of a large plan", ["audit", plan, "-f", "json", "--fail-on", "never"]
    yield "audit of all samples", ["audit", samples, "-f", "json", "--fail-on", "never"]
    yield "audit with evidence", ["audit", long_list, "-f", "json", "--fail-on", "never", "--evidence", folder / "evidence.json"]
    captures = sorted(p for p in (project / "captures").iterdir() if ".pcap" in p.name)
    for form in ("text", "json"):
        yield f"replay of all captures as {form}", ["replay", "--deployment", deployment, *captures, "-f", form]
    yield "replay with packets", ["replay", "--deployment", deployment, project / "captures" / "base.client.pcap", "-o", f"pcapng={folder / 'out.pcapng'}"]


def run(program, arguments, jobs, folder):
    written = [folder / "evidence.json", folder / "out.pcapng"]
    for path in written:
        path.unlink(missing_ok=True)
    done = subprocess.run([program, *map(str, arguments), "-q", "--jobs", str(jobs)], capture_output=True, timeout=600)
    files = [path.read_bytes() for path in written if path.exists()]
    return (done.returncode, done.stdout, files), b"ThreadSanitizer" in done.stderr, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nsgcheck", required=True)
    parser.add_argument("--project", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for name, words in rows(arguments.project, folder):
            alone, _, said = run(arguments.nsgcheck, words, 1, folder)
            good = alone[0] in (0, 1, 3) and len(alone[1]) > 0
            for jobs in (2, 7):
                together, race, said = run(arguments.nsgcheck, words, jobs, folder) if good else (alone, False, said)
                good = good and together == alone and not race
                if not good:
                    print(said.decode(errors="replace")[:4000])
                    break
            print(f"{'ok' if good else 'FAILED'}  {name}: exit {alone[0]}, {len(alone[1])} bytes", flush=True)
            failed += not good
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
