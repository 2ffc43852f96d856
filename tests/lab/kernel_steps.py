# SPDX-License-Identifier: Apache-2.0
"""Runs sequences of steps through nftables with conntrack in the network namespace that this process is in.

A step is a packet or another rule set; each begins when what became of the one before is known, so that the order in
which the kernel sees them is the order in which they stand.
"""
import pathlib
import socket
import struct
import time

from frames import frame_of, mark_in
from kernel import NETLINK_NETFILTER, Verdicts, link_ends, load_nft, set_up

CTNETLINK, DELETE = 1, 2
PATIENCE = 2.0
SETTINGS = pathlib.Path("/proc/sys/net/netfilter")


def forget_flows():
    """Empties the table of connections."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as netlink:
        netlink.bind((0, 0))
        body = struct.pack("!BBH", socket.AF_UNSPEC, 0, 0)
        netlink.send(struct.pack("=IHHII", 16 + len(body), CTNETLINK << 8 | DELETE, 5, 1, 0) + body)
        (code,) = struct.unpack_from("=i", netlink.recv(4096), 16)
        if code != 0:
            raise RuntimeError(f"connection table: {-code}")


def wait_for(rules, number):
    end = time.monotonic() + PATIENCE
    pause = 0.00002
    while number not in rules and time.monotonic() < end:
        time.sleep(pause)
        pause = min(2 * pause, 0.002)
    return rules.get(number, [])


def answers(sequences):
    """For each sequence what decided each of its packets: one log prefix each, none where the packet was lost.

    A sequence has `loose` (whether packets in the middle of a connection begin one), `rules` (rule sets as text) and
    `steps`: {"rules": N} or {"side": direction, "number": its mark, "packet": hexadecimal digits}.
    """
    set_up()
    load_nft(sequences[0]["rules"][0])
    # Shorter ones would come to an end within a sequence on a busy machine.
    for timeout in ("tcp_timeout_close", "udp_timeout", "udp_timeout_stream", "tcp_timeout_last_ack"):
        (SETTINGS / f"nf_conntrack_{timeout}").write_text("600")
    verdicts = Verdicts(mark_in, 1)
    ends = link_ends()
    out = []
    for sequence in sequences:
        (SETTINGS / "nf_conntrack_tcp_loose").write_text(str(int(sequence["loose"])))
        load_nft("flush ruleset\n" + sequence["rules"][0])
        forget_flows()
        verdicts.rules.clear()
        decided = []
        for step in sequence["steps"]:
            if "rules" in step:
                load_nft("flush ruleset\n" + sequence["rules"][step["rules"]])
                continue
            raw, destination_mac, source_mac = ends[step["side"]]
            raw.send(frame_of(bytes.fromhex(step["packet"]), destination_mac, source_mac))
            decided.append(wait_for(verdicts.rules, step["number"]))
        out.append(decided)
    verdicts.close()
    return out
