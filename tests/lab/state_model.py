# SPDX-License-Identifier: Apache-2.0
"""What nsgcheck says of a sequence of packets: `replay` which connection each belongs to and which rule decides that
connection, `explain` which rule decides a single packet; and what follows for each packet.

semantics.md section 3: replies of an allowed flow pass, all else is decided by the rules. A change of rules is for what
comes after it (Azure: "only new connections").
"""
import json
import pathlib
import struct
import subprocess
import tempfile
from collections import namedtuple
from dataclasses import dataclass, field

from frames import frame_of
from nsg_case import as_arm
from state_case import FORWARDER, INSTANCE, PEERS, as_packet

Decision = namedtuple("Decision", "rule allows")
Connection = namedtuple("Connection", "number first client server")
BEGIN = 1_780_272_000


def deployment():
    def instances(role, addresses):
        return [{"name": f"{role}_IN_{i}", "address": list(pair), "state": "Ready"} for i, pair in enumerate(addresses)]

    return {"name": "lab", "nsgs": ["rules.json"], "forwarderPort": FORWARDER,
            # As the tag is without a deployment, which is how the kernel's rules are written.
            "virtualNetwork": {"addressPrefixes": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
                               "subnets": [{"name": "near", "addressPrefixes": ["10.0.0.0/24", "fd00:1::/64"], "nsg": "lab"},
                                           {"name": "far", "addressPrefixes": ["10.0.1.0/24", "fd00:2::/64"]}]},
            "loadBalancer": {"frontends": ["192.0.2.1"]},
            "roles": [{"name": "Near", "remoteForwarder": True, "remoteAccess": True, "subnet": "near",
                       "instances": instances("Near", [(INSTANCE[4], INSTANCE[6])])},
                      {"name": "Far", "remoteForwarder": False, "remoteAccess": True, "subnet": "far",
                       "instances": instances("Far", zip(PEERS[4], PEERS[6]))}]}


def write_capture(path, packets):
    with open(path, "wb") as out:
        out.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, step in enumerate(packets, start=1):
            data = frame_of(as_packet(step, number))
            out.write(struct.pack("=IIII", BEGIN, number * 1000, len(data), len(data)) + data)


def asked(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"nsgcheck {arguments[0]}: exit {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def decision(stage):
    decider = stage.get("decidedBy")
    return Decision(decider["name"], stage["verdict"] == "allow") if decider else None


class Answers:
    """All that nsgcheck is asked about one sequence."""

    def __init__(self, program, sequence):
        packets = [s for s in sequence.steps if s.rules < 0]
        tuples = sorted({(s.side, s.protocol, *s.ends()) for s in packets if s.protocol != "icmp-error"})
        self.by_packet, self.by_connection = [], []
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            capture, flows = folder / "steps.pcap", folder / "flows.csv"
            write_capture(capture, packets)
            (folder / "deployment.json").write_text(json.dumps(deployment()))
            flows.write_text("direction,protocol,source,sourcePort,destination,destinationPort\n" + "".join(
                f"{side},{protocol},{a},{a_port},{b},{b_port}\n" for side, protocol, (a, a_port), (b, b_port) in tuples))
            for rules in sequence.rules:
                (folder / "rules.json").write_text(json.dumps(as_arm(rules)))
                said = asked(program, "explain", folder / "rules.json", "--flows", flows, "-f", "jsonl")
                self.by_packet.append({t: decision(a["stages"][0]) for t, a in zip(tuples, said)})
                rows = asked(program, "replay", "--deployment", folder / "deployment.json", capture, "-f", "jsonl")
                rows = [r for r in rows if "firstPacket" in r]
                self.by_connection.append([next(map(decision, (h for h in r["hops"] if h.get("nsg") == "lab")), None)
                                           for r in rows])
        # Which packets make a connection has nothing to do with the rules.
        self.connections = {}
        for number, row in enumerate(rows):
            client, server = (row["client"], row["clientPort"]), (row["server"], row["serverPort"])
            self.connections.setdefault((row["protocol"], frozenset([client, server])), []).append(
                Connection(number, row["firstPacket"], client, server))

    def connection(self, step, number):
        """The one that the packet of this number belongs to, and the one on the same ports before it."""
        found = [c for c in self.connections.get((step.protocol, frozenset(step.ends())), []) if c.first <= number]
        return (found[-1] if found else None), (found[-2] if len(found) > 1 else None)

    def of_packet(self, step, version):
        return self.by_packet[version][(step.side, step.protocol, *step.ends())]


@dataclass
class Flow:
    """What a connection has become by the packets so far."""
    opened_by: tuple = None  # the end whose packet a rule allowed; None: not open
    by_syn: bool = False
    denied: bool = False  # by a rule, so that nothing of it passes
    replied: bool = False
    handshake: bool = False  # the kernel saw all of it
    ended_by: set = field(default_factory=set)  # the ends that sent a FIN
    over: bool = False  # closed by both and acknowledged, or just reset by the end that opened it
    disturbed: bool = False  # a stray passed, or the kernel had an entry of these ports before


# Where the kernel's connection tracking means something else, and why that is no fault of either.
KNOWN = {
    "no flow to belong to": "a segment that begins no connection (all but SYN; with tcp_loose off also those in the middle) "
                            "and belongs to none: invalid to the kernel; replay takes the capture to have begun late",
    "no flow for the error": "an ICMP error about a packet that belongs to no open flow: invalid; replay does not judge it",
    "out of step": "flags or numbers that the ends of this connection would not send now, or after which the kernel "
                   "expects other ones: invalid; the model follows ports and keeps no windows",
    "same ports, other connection": "a SYN (or SYN-ACK) with another number on ports whose entry the kernel keeps (in use, "
                                    "or just reset by the server): replay begins another connection",
    "not answered yet": "the kernel asks the rules again for each packet until the first answer; in the model what was "
                        "allowed once stays open",
}


class Model:
    """Says of each packet what must have become of it; `judge` returns (what it was, whether that is as expected)."""

    def __init__(self, sequence, answers):
        self.loose, self.answers, self.flows = sequence.loose, answers, {}

    def judge(self, step, number, version, kernel):
        about = step.about or step
        connection, before = self.answers.connection(about, number)
        if connection is None and step.protocol != "icmp-error":
            return "no connection", False
        flow = self.flows.setdefault(connection.number, Flow()) if connection else Flow()
        if step.protocol == "icmp-error":
            if flow.opened_by and not (flow.disturbed and kernel == "invalid"):  # a stray reset may have ended it
                return "related", kernel == "related"
            return "no flow for the error", kernel == "invalid"
        sender = step.ends()[0]
        decided = self.answers.of_packet(step, version)
        if sender == connection.client:
            of_connection = self.answers.by_connection[version][connection.number]
            if of_connection not in (None, decided):
                return f"replay says {of_connection}, explain {decided}", False
        if decided is None:
            return "unknown", True
        old = self.flows[before.number] if before is not None and number == connection.first else None
        if old is not None and self.takes_over(step, flow, old, decided, kernel):
            return "same ports, other connection", True
        if flow.opened_by is None:
            return self.begin(step, flow, sender, decided, kernel)
        return self.within(step, flow, sender, decided, kernel)

    @staticmethod
    def takes_over(step, flow, old, decided, kernel):
        """Whether the kernel lets it pass, or not, as a packet of what was before."""
        reopens = old.over and step.flags == ("syn",) and step.ends()[0] == old.opened_by
        flow.disturbed = old.opened_by is not None and not reopens
        as_old = kernel == "open" or (kernel == "invalid" and (step.stray or old.disturbed or not old.handshake))
        # Nobody answered the old one: the rules are asked, and deny it, and its entry stays.
        asked = not old.replied and step.ends()[0] == old.opened_by and kernel == decided.rule and not decided.allows
        if not flow.disturbed or not (as_old or asked):
            return False
        flow.opened_by = old.opened_by
        flow.replied = old.replied or (kernel == "open" and step.ends()[0] != old.opened_by)
        return True

    def begin(self, step, flow, sender, decided, kernel):
        flags = set(step.flags)
        middle = "ack" in flags and not flags & {"syn", "fin", "rst"}
        if step.protocol == "tcp" and flags != {"syn"} and not (middle and self.loose):
            return "of a denied one" if flow.denied else "no flow to belong to", kernel == "invalid"
        flow.denied = not decided.allows
        flow.disturbed = flow.disturbed or step.stray
        if decided.allows and kernel == decided.rule:
            flow.opened_by, flow.by_syn, flow.replied = sender, flags == {"syn"}, False
            flow.handshake = step.protocol == "udp"
        return "allowed by a rule" if decided.allows else "denied by a rule", kernel == decided.rule

    def within(self, step, flow, sender, decided, kernel):
        if step.stray:
            flow.disturbed, flow.over = True, False
        unanswered = sender == flow.opened_by and not flow.replied
        in_part = flow.disturbed or not flow.by_syn
        if step.protocol == "tcp" and kernel == decided.rule and in_part and not unanswered:
            # What the kernel took for the end of what it had seen in part is not known; the rules decided, as they must.
            flow.opened_by = None
            return self.begin(step, flow, sender, decided, kernel)
        if step.protocol == "tcp" and kernel == "invalid":
            return "out of step", flow.disturbed or not flow.handshake
        if unanswered:
            # A reset of what nobody answered: the kernel forgets it.
            if "rst" in step.flags and decided.allows and not flow.disturbed:
                flow.opened_by = None
            return "allowed by a rule" if decided.allows else "not answered yet", kernel == decided.rule
        if sender != flow.opened_by:
            if "rst" in step.flags and not flow.replied and not flow.disturbed:
                flow.opened_by = None
            flow.replied = True
            flow.handshake = flow.handshake or (flow.by_syn and {"syn", "ack"} <= set(step.flags))
        if not flow.disturbed:
            self.note_end(step, flow, sender)
        return "open" if decided.allows else "open, rules deny it", kernel == "open"

    @staticmethod
    def note_end(step, flow, sender):
        if len(flow.ended_by) < 2:
            flow.over = "rst" in step.flags and sender == flow.opened_by
        elif step.flags == ("ack",):
            flow.over = True
        if "fin" in step.flags:
            flow.ended_by.add(sender)
