#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real clients and servers: xfreerdp through a balancer and an NSG of nftables, a forwarder, xrdp on the instances, and
through HAProxy; what was captured then goes through `nsgcheck replay`, which must say of each connection what became of it.

    rdp_lab.py --nsgcheck build/release/nsgcheck --samples rules/samples/deployments [--keep FOLDER]

The lab's own truth is the log of forwarder and HAProxy, a line a connection, and the logs of the xrdp servers. Exit codes:
0 the same for all connections, 1 a difference, 77 skipped, with what is missing. Needs no root (unshare -Urnm).
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import proxy_scene  # noqa: E402
import rdp_net  # noqa: E402
from rdp_net import CLIENT, CLIENT_ADDRESS, FABRIC, VIP, Processes, space_of  # noqa: E402

SKIPPED = 77
INSIDE = "NSGCHECK_RDP_LAB"
HERE = pathlib.Path(__file__).parent
PACKAGES = {"unshare": "util-linux", "ip": "iproute2", "nft": "nftables", "xfreerdp": "freerdp2-x11", "xrdp": "xrdp",
            "Xvfb": "xvfb", "openssl": "openssl"}
# The samples say what happens in README.md beside them; here it happens.
DEPLOYMENTS = ["works", "only-3389-open", "forwarder-20005", "second-hop-denied", "unready-instance"]


def missing_parts():
    gone = [f"{program} (Debian package {package})" for program, package in PACKAGES.items() if shutil.which(program) is None]
    if gone:
        return "not there: " + ", ".join(gone)
    tried = subprocess.run(["unshare", "-Urnm", "sh", "-c", "mount -t tmpfs t /run && ip netns add probe && "
                            "ip netns exec probe nft add table inet probe"], capture_output=True, text=True)
    return None if tried.returncode == 0 else "no network namespaces can be made here: " + tried.stderr.strip()


class Lab:
    def __init__(self, arguments, folder):
        self.nsgcheck, self.samples, self.folder = arguments.nsgcheck, pathlib.Path(arguments.samples), folder
        self.processes = Processes()
        first = self.deployment(DEPLOYMENTS[0])
        self.instances = [(role["name"], i["name"], i["address"]) for role in first["roles"] for i in role["instances"]]
        self.pool = [i["address"] for role in first["roles"] if role["remoteForwarder"] for i in role["instances"]]
        rdp_net.set_up([address for _, _, address in self.instances])
        self.display = ":77"
        self.processes.start(CLIENT, "Xvfb", self.display, "-screen", "0", "800x600x24", "-nolisten", "tcp",
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.servers = [rdp_net.start_xrdp(self.processes, i, folder) for i in range(len(self.instances))]

    def deployment(self, name):
        return json.loads((self.samples / f"{name}.json").read_text())

    def connect(self, options):
        """One run of the real client; it connects again by itself when it is refused."""
        subprocess.run(["ip", "netns", "exec", CLIENT, "timeout", "5", "xfreerdp", *options, "/cert:ignore", "/u:alice", "/p:x",
                        "/sec:tls", "+auth-only"], env=rdp_net.environment(self.display), stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def client_options(self, name):
        """The named instances by cookie, one that is not there, and by the .rdp files that nsgcheck writes."""
        cookies = [f"{role}#{instance}" for role, instance, _ in self.instances] + ["WebRole1#WebRole1_IN_9"]
        options = [[f"/v:{VIP}", f"/load-balance-info:Cookie: mstshash={cookie}"] for cookie in cookies]
        if name == DEPLOYMENTS[0]:
            written = self.folder / "rdp"
            subprocess.run([self.nsgcheck, "rdp", "--write", written, "--deployment", self.samples / f"{name}.json", "--now",
                            "2026-06-01T00:00:00Z"],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            options += [[str(file)] for file in sorted(written.glob("*.rdp"))]
        return options

    def scene(self, name):
        """Runs the clients against one deployment. Returns the capture, the forwarder's lines and who served how many."""
        deployment = self.deployment(name)
        port = deployment["forwarderPort"]
        rdp_net.load_filter(rdp_net.rules_of(self.samples / f"{name}-nsg.json"), self.pool, port)
        states = {i["name"]: i.get("state", "Ready") for role in deployment["roles"] for i in role["instances"]}
        down = [n for n, (_, instance, _) in enumerate(self.instances) if states[instance] != "Ready"]
        for number in down:
            Processes.stop(self.servers[number][0])
        lab_file, log = self.folder / f"{name}.lab.json", self.folder / f"{name}.jsonl"
        lab_file.write_text(json.dumps({"forwarderPort": port, "roles": sorted({r for r, _, _ in self.instances}),
                                        "addresses": {i: a for _, i, a in self.instances}}))
        forwarders = []
        for number, (_, instance, address) in enumerate(self.instances):
            if address in self.pool:
                forwarders.append(self.processes.start(space_of(number), sys.executable, HERE / "forwarder.py", lab_file,
                                                       instance, log))
                rdp_net.wait_for_port(space_of(number), port)
        capture = self.folder / f"{name}.pcap"
        sniffer = self.sniff(capture)
        before = self.all_served()
        for options in self.client_options(name):
            self.connect(options)
        time.sleep(0.5)
        for child in [sniffer, *forwarders]:
            Processes.stop(child)
        after = self.all_served()
        for number in down:
            self.servers[number] = rdp_net.start_xrdp(self.processes, number, self.folder)
        lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return capture, lines, {i: after[i] - before[i] for i in after}

    def sniff(self, capture):
        """Begins to capture on all links of the fabric."""
        links = ["c0"] + [f"i{n}" for n in range(len(self.instances))]
        sniffer = self.processes.start(FABRIC, sys.executable, HERE / "sniff.py", capture, *links, stdout=subprocess.PIPE)
        sniffer.stdout.readline()
        return sniffer

    def all_served(self):
        return {instance: self.served(n) for n, (_, instance, _) in enumerate(self.instances)}

    def served(self, number):
        """Connections that an xrdp says it took."""
        log = self.servers[number][1]
        return log.read_text(errors="replace").count("connection received from") if log.exists() else 0

    def replay(self, name, capture, options=()):
        done = subprocess.run([self.nsgcheck, "replay", "--deployment", self.samples / f"{name}.json", capture, "-f", "json",
                               *options], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"nsgcheck replay: exit {done.returncode}: {done.stderr}")
        return [c for c in json.loads(done.stdout)["connections"] if c["leg"] == "client"]


def fate(line):
    """What the lab says became of a connection, in the words of replay: verdict, reason, instance reached."""
    if line is None:
        return "blocked", "nsg-denied-forwarder-port", None  # no forwarder ever saw it
    if line["outcome"] == "forwarded":
        return "reached", "ok", line["instance"]
    if "timed out" in line["outcome"]:
        return "blocked", "nsg-denied-second-hop", None
    if "refused: unknown" in line["outcome"]:
        return "unroutable", "unknown-instance", None
    return "blocked", "instance-not-ready", None  # nothing listens there


def compare(name, connections, lines, served):
    by_port = {line["clientPort"]: line for line in lines if line["client"] == CLIENT_ADDRESS}
    wrong, fates = [], Counter()
    for connection in connections:
        real = fate(by_port.get(connection["clientPort"]))
        said = connection["verdict"], connection["reason"], connection["reached"]
        fates[real[1]] += 1
        if said != real:
            wrong.append(f"{name}: port {connection['clientPort']} wants {connection['wanted']}: nsgcheck {said}, lab {real}")
    unseen = set(by_port) - {c["clientPort"] for c in connections}
    wrong += [f"{name}: port {port} is in the forwarder's log and in no connection of replay" for port in sorted(unseen)]
    for instance, count in served.items():
        named = sum(1 for line in lines if line["outcome"] == "forwarded" and line["instance"] == instance)
        if named != count:
            wrong.append(f"{name}: {named} connections were forwarded to {instance}, its xrdp took {count}")
    print(f"{name}: {len(connections)} connections: " + ", ".join(f"{n} {reason}" for reason, n in sorted(fates.items())))
    return wrong, len(connections)


def in_namespace(arguments):
    folder = pathlib.Path(arguments.keep or tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lab = Lab(arguments, folder)
    except RuntimeError as error:
        print(f"skipped: the lab cannot be set up here: {error}")
        return SKIPPED
    wrong, total = [], 0
    try:
        for name in DEPLOYMENTS:
            capture, lines, served = lab.scene(name)
            differences, count = compare(name, lab.replay(name, capture), lines, served)
            wrong += differences
            total += count
        if why := proxy_scene.missing():
            print("haproxy: skipped: " + why)
        else:
            differences, count = proxy_scene.differences(lab, DEPLOYMENTS[0])
            wrong += differences
            total += count
    finally:
        lab.processes.stop_all()
        if not arguments.keep:
            shutil.rmtree(folder)
    print("\n".join(wrong + [f"{total} connections, {len(wrong)} different"]))
    return 1 if wrong or total == 0 else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nsgcheck", required=True)
    parser.add_argument("--samples", required=True)
    parser.add_argument("--keep", help="folder that captures and logs stay in")
    arguments = parser.parse_args()
    if os.environ.get(INSIDE):
        return in_namespace(arguments)
    if why := missing_parts():
        print("skipped: " + why)
        return SKIPPED
    command = ["unshare", "-Urnm", "--pid", "--fork", "--kill-child", sys.executable, os.path.abspath(__file__), *sys.argv[1:]]
    return subprocess.run(command, env={**os.environ, INSIDE: "1"}).returncode


if __name__ == "__main__":
    sys.exit(main())
