# SPDX-License-Identifier: Apache-2.0
"""HAProxy instead of balancer and forwarder: it reads the cookie itself and connects to the named instance.

HAProxy looks at the text of the request only, at the header without regard to case and blanks; its map is asked in lower
case here. Where that is not the strict reading, replay must say that readings differ, and
with `--reading tolerant --names ignore-case` it must say what HAProxy did.
"""
import json
import shutil
import subprocess
import time
from collections import Counter
from itertools import zip_longest

import rdp_net
from rdp_net import CLIENT_ADDRESS, FABRIC, VIP

OWN_ADDRESS = "10.0.0.1"  # in the virtual network, from which the NSG lets 3389 in
AS_HAPROXY = ["--reading", "tolerant", "--names", "ignore-case"]
# What is sent, and the verdict and reason without the two options. HAProxy's own fate is in its log.
REQUESTS = [
    ("Cookie: mstshash=WebRole1#WebRole1_IN_0", "reached", "ok"),
    ("Cookie: mstshash=WebRole1#WebRole1_IN_1", "reached", "ok"),
    ("Cookie: mstshash=WorkerRole1#WorkerRole1_IN_0", "reached", "ok"),
    ("Cookie: mstshash=WebRole1#WebRole1_IN_1#Microsoft.WindowsAzure.Plugins.RemoteAccess.Rdp", "reached", "ok"),
    ("Cookie: mstshash=WebRole1#WebRole1_IN_9", "unroutable", "unknown-instance"),
    ("Cookie: mstshash=alice", "unroutable", "user-cookie"),
    ("cookie: mstshash=WebRole1#WebRole1_IN_0", "unknown", "reading-differs"),
    ("Cookie:mstshash=WebRole1#WebRole1_IN_1", "unknown", "reading-differs"),
    ("Cookie:  mstshash=WorkerRole1#WorkerRole1_IN_0", "unknown", "reading-differs"),
    ("Cookie: mstshash=webrole1#webrole1_in_1", "unknown", "name-case-differs"),
]


def missing():
    return None if shutil.which("haproxy") else "haproxy is not there (Debian package haproxy)"


def configuration(instances, map_file):
    lines = ["global", "  log stdout format raw local0", "defaults", "  mode tcp", "  timeout connect 2s",
             "  timeout client 10s", "  timeout server 10s", "  retries 0", "frontend rdp", f"  bind {VIP}:3389", "  log global",
             "  log-format '{\"clientPort\": %cp, \"server\": \"%s\", \"bytes\": %B}'",
             "  tcp-request inspect-delay 2s",
             "  tcp-request content set-var(sess.ck) req.rdp_cookie(mstshash) if { req.rdp_cookie(mstshash) -m found }",
             "  tcp-request content accept if { req.rdp_cookie(mstshash) -m found }", "  tcp-request content reject",
             f"  use_backend %[var(sess.ck),field(2,\\#),lower,map({map_file},bunknown)]", "backend bunknown"]
    for _, name, address in instances:
        lines += [f"backend b{name.lower()}", f"  source {OWN_ADDRESS}", f"  server {name} {address}:3389"]
    return "\n".join(lines) + "\n"


def run(lab, name):
    """Lets the real client send each request. Returns the capture, HAProxy's lines, and who served how many."""
    rdp_net.load_filter(rdp_net.rules_of(lab.samples / f"{name}-nsg.json"), [], None)
    map_file, config, log = (lab.folder / f"haproxy.{end}" for end in ("map", "cfg", "log"))
    map_file.write_text("".join(f"{i.lower()} b{i.lower()}\n" for _, i, _ in lab.instances))
    config.write_text(configuration(lab.instances, map_file))
    with open(log, "w") as out:
        proxy = lab.processes.start(FABRIC, "haproxy", "-db", "-f", config, stdout=out, stderr=subprocess.DEVNULL)
    rdp_net.wait_for_port(FABRIC, 3389)
    capture = lab.folder / "haproxy.pcap"
    sniffer = lab.sniff(capture)
    before = lab.all_served()
    for request, _, _ in REQUESTS:
        lab.connect([f"/v:{VIP}", "/load-balance-info:" + request])
    time.sleep(0.5)
    for child in (sniffer, proxy):
        rdp_net.Processes.stop(child)
    after = lab.all_served()
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return capture, lines, {i: after[i] - before[i] for i in after}


def differences(lab, name):
    """As texts: where replay does not say what HAProxy did; and the number of connections."""
    capture, lines, served = run(lab, name)
    by_port = {line["clientPort"]: line for line in lines}
    of_client = [[c for c in lab.replay(name, capture, options) if c["client"] == CLIENT_ADDRESS]
                 for options in ([], AS_HAPROXY)]
    wrong, fates, said = [], Counter(), []
    for plain, as_proxy in zip(*of_client):
        line = by_port.pop(plain["clientPort"], None)
        if line is None:
            wrong.append(f"haproxy: port {plain['clientPort']} is not in its log")
            continue
        instance = line["server"] if line["server"] != "<NOSRV>" and line["bytes"] > 0 else None
        if as_proxy["reached"] != instance or (as_proxy["verdict"] == "reached") != (instance is not None):
            wrong.append(f"haproxy: {plain['cookie']['text']!r} got to {instance}, nsgcheck read as HAProxy does: "
                         f"{as_proxy['verdict']}, {as_proxy['reason']}, {as_proxy['reached']}")
        fates[plain["verdict"], plain["reason"]] += 1
        if plain["verdict"] == "reached" and plain["reached"] != instance:
            wrong.append(f"haproxy: {plain['cookie']['text']!r} got to {instance}, nsgcheck: {plain['reached']}")
        row = (plain["cookie"]["text"], plain["verdict"], plain["reason"])
        said += [row] if said[-1:] != [row] else []  # the client connects again by itself when it is refused
    wrong += [f"haproxy: port {port} is in its log and in no connection of replay" for port in by_port]
    for row, expected in zip_longest(said, ((text.partition(":")[2].strip(), v, r) for text, v, r in REQUESTS)):
        if row != expected:
            wrong.append(f"haproxy: nsgcheck {row}, expected {expected}")
    for instance, count in served.items():
        named = sum(1 for line in lines if line["server"] == instance)
        if named != count:
            wrong.append(f"haproxy: {named} connections were passed to {instance}, its xrdp took {count}")
    print(f"haproxy: {len(of_client[0])} connections: " + ", ".join(f"{n} {r}" for (_, r), n in sorted(fates.items())))
    return wrong, len(of_client[0])
