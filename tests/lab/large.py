#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Inputs that are larger than memory: a capture of many gigabytes, a flood of half-open connections, a long rule list.

    large.py --nsgcheck build/release/nsgcheck --samples rules/samples/deployments [--scale 1]

Scale 1 is a capture of 10 GB, 10 million half-open connections and 500 MB of JSON; captures go through a pipe, so no disk
is needed for them. For each: time, the largest resident memory against its bound, and whether every connection and group
was counted. Exit codes: 0 all within their bounds, 1 some are not.
"""
import argparse
import itertools
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import threading
import time

FRONTEND, SERVER_PORT = bytes([198, 51, 100, 20]), 3389
MEGABYTE = 1 << 20
HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
SOURCE_FIELDS = {True: 16 + 26, False: 16 + 30}  # of the client's address in a record, by who sends
SYN, ACK, PUSH = 2, 16, 8


def record(by_client, port, flags, sequence, acknowledged, payload=b"", pad_to=0):
    """A pcap record of one Ethernet frame; the client's address is left 0.0.0.0 and the time 0 for later."""
    client, server = (bytes(4), port), (FRONTEND, SERVER_PORT)
    source, target = (client, server) if by_client else (server, client)
    tcp = struct.pack(">HHIIBBHHH", source[1], target[1], sequence, acknowledged, 0x50, flags, 64000, 0, 0)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0x4000, 64, 6, 0, source[0], target[0])
    frame = (bytes(12) + b"\x08\x00" + ip + tcp + payload).ljust(pad_to, b"\0")
    return struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame


def blocks(records, per_block_client):
    """The same records again and again, each time by another client and a second later. All have one length."""
    size = len(records[0][1])
    block = bytearray(b"".join(r for _, r in records))
    places = {True: [], False: []}
    for number, (by_client, _) in enumerate(records):
        places[by_client].append(number)
    every = {who: _stride(numbers) for who, numbers in places.items() if numbers}
    for turn in itertools.count():
        seconds, client = struct.pack("<I", 1_700_000_000 + turn), struct.pack(">I", 0x0B000000 + turn)
        for i in range(4):
            block[i::size] = bytes([seconds[i]]) * len(records)
        for who, starts in every.items():
            for first, step, count in starts:
                for i in range(4):
                    begin = first * size + SOURCE_FIELDS[who] + i
                    block[begin:(first + step * (count - 1)) * size + SOURCE_FIELDS[who] + i + 1:step * size] = \
                        bytes([client[i]]) * count
        yield bytes(block), per_block_client


def _stride(numbers):
    """The numbers as (first, step, count), so that one slice writes many."""
    return [(n, 1, 1) for n in numbers] if len(numbers) < 100_000 and len(set(
        b - a for a, b in zip(numbers, numbers[1:]))) > 1 else [(numbers[0], numbers[1] - numbers[0], len(numbers))]


def conversations():
    """Whole connections that name WebRole1_IN_0 and go on with data, 1,400 bytes a frame."""
    cookie = b"Cookie: mstshash=WebRole1#WebRole1_IN_0\r\n"
    request = bytes([len(cookie) + 6, 0xE0, 0, 0, 0, 0, 0]) + cookie
    request = struct.pack(">BBH", 3, 0, len(request) + 4) + request
    confirm = bytes.fromhex("030000130ed000001234000201080002000000")
    records = []
    for port in range(20_000, 20_500):
        steps = [(True, SYN, b""), (False, SYN | ACK, b""), (True, ACK, b""), (True, PUSH | ACK, request),
                 (False, PUSH | ACK, confirm)] + [(False, PUSH | ACK, b"\x17\x03\x03\x05\x3b" + bytes(1340))] * 11
        sent = {True: 1000, False: 5000}
        for by_client, flags, payload in steps:
            records.append((by_client, record(by_client, port, flags, sent[by_client], sent[not by_client], payload, 1400)))
            sent[by_client] += len(payload) + (1 if flags & SYN else 0)
    return blocks(records, 500)


def half_open():
    return blocks([(True, record(True, port, SYN, 1000, 0, pad_to=60)) for port in range(1024, 64_524)], 63_500)


def feed(pipe, source, least):
    """Writes at least so many bytes, or connections where `least` is negative; gives what was written."""
    written, connections = len(HEADER), 0
    pipe.write(HEADER)
    for block, each in source:
        if written >= least >= 0 or (least < 0 and connections >= -least):
            break
        pipe.write(block)
        written += len(block)
        connections += each
    pipe.close()
    return written, connections


def watch(child, peak):
    """Keeps the largest resident memory that the kernel tells of; that of wait4() would hold this script's, too."""
    while child.returncode is None:
        try:
            with open(f"/proc/{child.pid}/status") as status:
                peak[0] = max([peak[0]] + [int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")])
        except OSError:
            return
        time.sleep(0.01)


def measured(command, source=None, least=0):
    """What the program answered, its exit code, its cost (wall and CPU seconds, bytes), and what went in."""
    with tempfile.TemporaryFile() as out:
        begin = time.monotonic()
        child = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE, stdout=out)
        fed, peak = [(0, 0)], [0]
        watcher = threading.Thread(target=watch, args=(child, peak))
        watcher.start()
        if source is None:
            child.stdin.close()
        else:
            thread = threading.Thread(target=lambda: fed.__setitem__(0, feed(child.stdin, source, least)))
            thread.start()
            thread.join()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        watcher.join()
        cost = (time.monotonic() - begin, usage.ru_utime + usage.ru_stime, peak[0])
        out.seek(0)
        return out.read(), child.returncode, cost, fed[0]


def report(name, size, good, cost, bound):
    seconds, processor, memory = cost
    good = good and memory <= bound
    print(f"{'ok' if good else 'FAILED'}  {name}: {size}, {seconds:.1f} s ({processor:.1f} s CPU), "
          f"{memory / MEGABYTE:.0f} MB of memory (bound {bound / MEGABYTE:.0f} MB)", flush=True)
    return good


def capture(program, deployment, name, source, outcome, least, bound):
    command = [program, "replay", "--deployment", deployment, "-", "-q", "--color", "never"]
    out, code, cost, (written, connections) = measured(command, source, least)
    first = out.decode().partition("\n")[0]
    good = code == (0 if outcome == "reached" else 1) and first == f"{connections} connections: {connections} {outcome}"
    if not good:
        print(f"exit {code}, expected {connections} {outcome} connections: {first}")
    return report(name, f"{written / 1e9:.2f} GB, {connections} connections", good, cost, bound(connections))


def open_to_all(samples, folder):
    """The deployment that works, with its forwarder open to every client of the capture."""
    rules = json.loads((samples / "works-nsg.json").read_text())
    rules["properties"]["securityRules"][0]["properties"]["sourceAddressPrefix"] = "Internet"
    (folder / "works-nsg.json").write_text(json.dumps(rules))
    deployment = folder / "works.json"
    deployment.write_text((samples / "works.json").read_text())
    return deployment


def rule_list(program, folder, megabytes):
    each = {"type": "Microsoft.Network/networkSecurityGroups", "properties": {"securityRules": [{"name": f"r{i}", "properties": {
        "protocol": "Tcp", "sourcePortRange": "*", "destinationPortRange": str(i), "sourceAddressPrefix": f"10.0.{i}.0/24",
        "destinationAddressPrefix": "*", "access": "Allow", "priority": 100 + i, "direction": "Inbound"}} for i in range(200)]}}
    text = json.dumps(each)[1:]
    path, groups = folder / "list.json", 0
    with open(path, "w") as out:
        out.write('{"value":[')
        while out.tell() < megabytes * 1e6:
            out.write(("," if groups else "") + f'{{"name":"nsg{groups}",' + text)
            groups += 1
        out.write("]}")
    size = path.stat().st_size
    out, code, cost, _ = measured([program, path, "-q", "--fail-on", "never"])
    good = code == 0 and f"{groups} NSGs with {groups * 200} rules".encode() in out
    return report("a long rule list", f"{size / 1e6:.0f} MB, {groups} groups", good, cost, 7 * size + 64 * MEGABYTE)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nsgcheck", required=True)
    parser.add_argument("--samples", required=True, type=pathlib.Path)
    parser.add_argument("--scale", type=float, default=1)
    arguments = parser.parse_args()
    scale = arguments.scale
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        deployment = open_to_all(arguments.samples, folder)
        results = [
            capture(arguments.nsgcheck, deployment, "a long capture", conversations(), "reached", int(10e9 * scale),
                    lambda connections: 64 * MEGABYTE + 400 * connections),
            capture(arguments.nsgcheck, deployment, "half-open connections", half_open(), "unknown", -int(10e6 * scale),
                    lambda connections: 64 * MEGABYTE + 220 * connections),
            rule_list(arguments.nsgcheck, folder, 500 * scale)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
