# SPDX-License-Identifier: Apache-2.0
"""Runs packets through nftables in the network namespace that this process is in, and says which rule decided each.

    w0 === c0 (forwarding) i0 === e0

Frames put into w0 are what clients send, those put into e0 what the instance sends. Nothing has an address, so nobody
answers; routes go by the interface that a packet came in on. The rule's name comes back by NFLOG as the log prefix.
"""
import pathlib
import socket
import struct
import subprocess
import threading
import time

from frames import frame, number_in

GROUP = 5
NFULNL_MSG_PACKET, NFULNL_MSG_CONFIG = 0, 1
NETLINK_NETFILTER, NFNL_SUBSYS_ULOG = 12, 4
NFULA_CFG_CMD, NFULA_CFG_MODE, NFULA_CFG_QTHRESH = 1, 2, 5
NFULA_PAYLOAD, NFULA_PREFIX = 9, 10
MAC = {link: f"02:00:00:00:00:{number}0" for number, link in enumerate(("w0", "c0", "i0", "e0"), start=1)}


def run(*command, stdin=None):
    done = subprocess.run(command, input=stdin, text=True, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


def set_up():
    run("ip", "link", "set", "lo", "up")
    for near, far in (("c0", "w0"), ("i0", "e0")):
        run("ip", "link", "add", near, "address", MAC[near], "type", "veth", "peer", "name", far, "address", MAC[far])
        for link in (near, far):
            pathlib.Path(f"/proc/sys/net/ipv6/conf/{link}/accept_dad").write_text("0")
            run("ip", "link", "set", link, "up")
    for name, value in (("ipv4/ip_forward", 1), ("ipv6/conf/all/forwarding", 1), ("ipv4/conf/all/rp_filter", 0),
                        ("ipv4/conf/c0/rp_filter", 0), ("ipv4/conf/i0/rp_filter", 0), ("ipv4/conf/all/send_redirects", 0)):
        pathlib.Path("/proc/sys/net", name).write_text(str(value))
    for table, came_in, goes_out in ((100, "c0", "i0"), (200, "i0", "c0")):
        for family, gateway in (("-4", "10.255.255.254"), ("-6", "fe80::ffff")):
            run("ip", family, "rule", "add", "iif", came_in, "lookup", str(table))
            run("ip", family, "neigh", "add", gateway, "dev", goes_out, "lladdr", "02:00:00:00:00:01", "nud", "permanent")
            run("ip", family, "route", "add", "default", "via", gateway, "dev", goes_out, "onlink", "table", str(table))


def attribute(kind, data):
    size = 4 + len(data)
    return struct.pack("=HH", size, kind) + data + b"\0" * (-size % 4)


def load_nft(nft, at_once=8192):
    """Loads the commands, one a line, some thousand characters at a time: one message of all of them is larger than a
    socket may send where net.core.wmem_max is as it comes."""
    commands, size = [], 0
    for command in nft.splitlines(keepends=True):
        if commands and size + len(command) > at_once:
            run("nft", "-f", "-", stdin="".join(commands))
            commands, size = [], 0
        commands.append(command)
        size += len(command)
    run("nft", "-f", "-", stdin="".join(commands))


class Verdicts:
    """Collects the log prefixes of numbered packets from NFLOG, in a thread of its own. `at_once` packets are told of
    together at most; `number_of` reads the number of a packet, from its IP header on."""

    def __init__(self, number_of=number_in, at_once=32):
        self.rules, self.number_of = {}, number_of
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        self.socket.bind((0, 0))
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
        except PermissionError:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
        self.configure(attribute(NFULA_CFG_CMD, b"\x01"))  # bind to the group
        self.configure(attribute(NFULA_CFG_MODE, struct.pack("!IBB", 96, 2, 0)) +
                       attribute(NFULA_CFG_QTHRESH, struct.pack("!I", at_once)))
        self.socket.settimeout(0.2)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def configure(self, attributes):
        body = struct.pack("!BBH", socket.AF_UNSPEC, 0, GROUP) + attributes
        head = struct.pack("=IHHII", 16 + len(body), NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG, 5, 1, 0)
        self.socket.send(head + body)
        answer = self.socket.recv(4096)
        (code,) = struct.unpack_from("=i", answer, 16)
        if code != 0:
            raise RuntimeError(f"NFLOG: {-code}")

    def read(self):
        while not self.stopped.is_set():
            try:
                data = self.socket.recv(1 << 20)
            except socket.timeout:
                continue
            at = 0
            while at + 16 <= len(data):
                size, kind = struct.unpack_from("=IH", data, at)
                if kind == NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET:
                    self.take(data[at + 20:at + size])
                at += size + -size % 4

    def take(self, attributes):
        at, prefix, payload = 0, None, None
        while at + 4 <= len(attributes):
            size, kind = struct.unpack_from("=HH", attributes, at)
            data = attributes[at + 4:at + size]
            if kind & 0x7FFF == NFULA_PREFIX:
                prefix = data.rstrip(b"\0").decode()
            elif kind & 0x7FFF == NFULA_PAYLOAD:
                payload = data
            at += size + -size % 4
        number = self.number_of(payload) if payload is not None else None
        if number is not None and prefix is not None:
            self.rules.setdefault(number, []).append(prefix)

    def close(self):
        self.stopped.set()
        self.thread.join()
        self.socket.close()


def link_ends():
    """By direction: a socket that sends into the fabric, and the addresses of the frames' destination and source."""
    ends = {}
    for direction, link, peer in (("inbound", "w0", "c0"), ("outbound", "e0", "i0")):
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        raw.bind((link, 0))
        ends[direction] = (raw, *(bytes.fromhex(MAC[end].replace(":", "")) for end in (peer, link)))
    return ends


def deciding_rules(nft, packets, patience=10.0):
    """For each packet the names of the rules that took it: one, unless something was lost on the way or seen twice."""
    set_up()
    load_nft(nft)
    verdicts = Verdicts()
    ends = link_ends()
    for number, packet in enumerate(packets):
        raw, destination_mac, source_mac = ends[packet.direction]
        raw.send(frame(packet, number, destination_mac, source_mac))
        if number % 256 == 255:
            time.sleep(0.001)  # the queues between the links are short
    end = time.monotonic() + patience
    while len(verdicts.rules) < len(packets) and time.monotonic() < end:
        time.sleep(0.02)
    verdicts.close()
    return [verdicts.rules.get(number, []) for number in range(len(packets))]
