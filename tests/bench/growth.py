#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How time and memory grow: measures sizes that double, fits the exponent, draws docs/growth.svg.

    growth.py --build build/bench --project . [--draw docs/growth.svg]

For each: processor time and largest memory of the whole program, shortest of three runs, and the exponent of the line through
the logarithms of the larger half of the sizes (1: linear).
"""
import argparse
import json
import math
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lab"))
import large  # noqa: E402

KIND = "Microsoft.Network/networkSecurityGroups"


def group(number, rules, prefixes):
    """Rules as people write them: lists, from the special to the general, a deny of everything at the end."""
    draw = random.Random(number * 7919 + rules)
    out = []
    for i in range(rules - 1):
        length = 14 + 12 * (rules - i) // rules + draw.randrange(4)
        lists = [[f"{base}.{draw.randrange(256)}.{draw.randrange(256)}.{draw.randrange(256)}/{min(32, length)}"
                  for _ in range(draw.randrange(1, prefixes + 1))] for base in (23, 10)]
        out.append({"name": f"r{i}", "properties": {
            "protocol": draw.choice(["Tcp", "Tcp", "Udp", "*"]), "sourcePortRange": "*",
            "destinationPortRanges": [str(draw.randrange(1, 65536)) for _ in range(draw.randrange(1, 4))],
            "sourceAddressPrefixes": lists[0], "destinationAddressPrefixes": lists[1],
            "access": draw.choice(["Allow", "Allow", "Deny"]), "priority": 100 + i, "direction": "Inbound"}})
    everything = {"protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*", "sourceAddressPrefix": "*",
                  "destinationAddressPrefix": "*", "access": "Deny", "priority": 100 + rules, "direction": "Inbound"}
    return {"name": f"nsg{number}", "type": KIND, "properties": {"securityRules": out + [{"name": "deny", "properties": everything}]}}


def inputs(program, project, folder):
    """Name of what grows, its sizes, and what makes the input of each size and gives the command."""
    def listed(name, value):
        path = folder / name
        path.write_text(json.dumps(value))
        return [program, path, "-q", "--fail-on", "never"]

    deployment = large.open_to_all(project / "rules/samples/deployments", folder)

    def replayed(name, source, least):
        path = folder / name
        with open(path, "wb") as out:
            large.feed(out, source, least)
        return [program, "replay", "-q", "--deployment", deployment, path]

    yield "rules of an NSG", [(n, lambda n=n: listed("rules.json", group(0, n, 3)))
                              for n in (125, 250, 500, 1000, 2000, 4000)]
    yield "prefixes of 100 rules", [(n * 200, lambda n=n: listed("prefixes.json", group(0, 100, 2 * n)))
                                    for n in (5, 10, 20, 40, 80, 160)]
    yield "NSGs of 200 rules", [(n, lambda n=n: listed("nsgs.json", {"value": [group(i, 200, 3) for i in range(n)]}))
                                for n in (8, 16, 32, 64, 128, 256)]
    yield "megabytes of capture", [(n, lambda n=n: replayed("long.pcap", large.conversations(), n * 1_000_000))
                                   for n in (64, 128, 256, 512, 1024)]
    yield "connections, half-open", [(n, lambda n=n: replayed("open.pcap", large.half_open(), -n))
                                     for n in (127_000, 254_000, 508_000, 1_016_000, 2_032_000)]


def measure(command):
    best, memory = math.inf, 0
    for _ in range(3):
        _, _, (_, processor, peak), _ = large.measured(command)
        best, memory = min(best, processor), max(memory, peak)
    return best, memory / large.MEGABYTE


def exponent(points):
    points = [(math.log(x), math.log(y)) for x, y in points[len(points) // 2 - 1:]]
    mean_x, mean_y = (sum(p[i] for p in points) / len(points) for i in (0, 1))
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def panel(left, top, name, rows, column, unit, power):
    """One diagram with logarithmic axes, as SVG."""
    width, height = 200, 130
    xs, ys = [math.log2(r[0]) for r in rows], [math.log2(max(r[column], 1e-4)) for r in rows]
    low = min(ys)
    span_x, span_y = max(xs) - min(xs), max(max(ys) - low, max(xs) - min(xs))
    points = [(left + (x - min(xs)) / span_x * width, top + height - (y - low) / span_y * height) for x, y in zip(xs, ys)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in points)
    ends = [(rows[0], "start", points[0]), (rows[-1], "end", points[-1])]
    marks = "".join(f'<text x="{x:.1f}" y="{top + height + 14}" text-anchor="{anchor}">{row[0]:,}</text>'
                    f'<text x="{x:.1f}" y="{y - 6:.1f}" text-anchor="{anchor}">{row[column]:.3g} {unit}</text>'
                    for row, anchor, (x, y) in ends)
    return (f'<text x="{left}" y="{top - 18}" font-weight="bold">{name}: {unit}, exponent {power:.2f}</text>'
            f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="#999"/>'
            f'<polyline points="{path}" fill="none" stroke="#06c" stroke-width="1.5"/>{dots}{marks}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--project", required=True, type=pathlib.Path)
    parser.add_argument("--draw", type=pathlib.Path)
    arguments = parser.parse_args()
    panels, top = [], 40
    print("| What grows | From | To | Time | Exponent | Memory | Exponent |\n|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as name:
        for what, sizes in inputs(arguments.build.resolve() / "nsgcheck", arguments.project, pathlib.Path(name)):
            rows = [(size, *measure(command())) for size, command in sizes]
            time_power, memory_power = (exponent([(r[0], r[i]) for r in rows]) for i in (1, 2))
            print(f"| {what} | {rows[0][0]:,} | {rows[-1][0]:,} | {rows[0][1]:.3g} to {rows[-1][1]:.3g} s | {time_power:.2f} | "
                  f"{rows[0][2]:.0f} to {rows[-1][2]:.0f} MB | {memory_power:.2f} |", flush=True)
            panels += [panel(20, top, what, rows, 1, "s", time_power), panel(280, top, what, rows, 2, "MB", memory_power)]
            top += 190
    if arguments.draw:
        arguments.draw.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="500" height="{top}" font-family="sans-serif" font-size="10">'
            '<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(panels) + "\n</svg>\n")


if __name__ == "__main__":
    main()
