# SPDX-License-Identifier: Apache-2.0
"""Random sequences of packets that open, use, close and disturb connections, while the rules change.

Each talk is a pair of ends that go on as if all that they send arrives; some packets are strays that no such pair would
send at that time. The NSG is the one of the instance; peers have none, so that one stage decides in either direction.
"""
import random
import struct
from dataclasses import dataclass, field, replace

from frames import ICMP, ICMP6, TCP, UDP, in_ip
from nsg_case import Rule, default_rules

INSTANCE = {4: "10.0.0.4", 6: "fd00:1::4"}
PEERS = {4: ["10.0.1.10", "10.0.1.11"], 6: ["fd00:2::10", "fd00:2::11"]}
OUTSIDE = {4: ["203.0.113.7", "203.0.113.200", "198.51.100.9"], 6: ["2001:db8::7", "2603:1000::9"]}
FLAGS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16}
RDP, FORWARDER = 3389, 20000


@dataclass(frozen=True)
class Step:
    """A packet as one end sends it, or with `rules` the number of the rule set that is in force from here on."""
    label: str
    rules: int = -1
    side: str = ""  # inbound: towards the instance
    protocol: str = ""  # tcp, udp, icmp-error
    source: str = ""
    source_port: int = 0
    destination: str = ""
    destination_port: int = 0
    flags: tuple = ()
    seq: int = 0
    ack: int = 0
    payload: int = 0  # bytes
    stray: bool = False  # no pair of ends would send it now
    about: object = None  # of an ICMP error: the packet that it quotes

    @property
    def family(self):
        return 6 if ":" in self.source else 4

    def ends(self):
        return (self.source, self.source_port), (self.destination, self.destination_port)


def as_packet(step, mark):
    """The bytes of the step's IP packet."""
    if step.protocol == "udp":
        length = 8 + step.payload
        body, protocol, at = struct.pack("!HHHH", step.source_port, step.destination_port, length, 0), UDP, 6
    elif step.protocol == "tcp":
        flags = sum(FLAGS[f] for f in step.flags)
        body = struct.pack("!HHIIBBHHH", step.source_port, step.destination_port, step.seq, step.ack, 5 << 4, flags, 8192,
                           0, 0)
        protocol, at = TCP, 16
    else:
        kind, code, protocol = (3, 3, ICMP) if step.family == 4 else (1, 4, ICMP6)
        return in_ip(step.source, step.destination, protocol,
                     struct.pack("!BBHI", kind, code, 0, 0) + as_packet(step.about, 0)[:60], 2, mark)
    return in_ip(step.source, step.destination, protocol, body + bytes(step.payload), at, mark)


@dataclass
class Talk:
    """Two ends and what they believe of each other."""
    rng: object
    protocol: str
    client: tuple
    server: tuple
    towards: str  # side of the client's packets
    answers: float = 0.45  # share of the server's datagrams
    phase: str = "idle"
    isn: int = 0
    next_seq: dict = field(default_factory=dict)  # by end
    last: object = None

    def packet(self, label, by_client, **more):
        source, destination = (self.client, self.server) if by_client else (self.server, self.client)
        away = {"inbound": "outbound", "outbound": "inbound"}[self.towards]
        step = Step(label, side=self.towards if by_client else away, protocol=self.protocol, source=source[0],
                    source_port=source[1], destination=destination[0], destination_port=destination[1], **more)
        self.last = step
        return step

    def segment(self, label, by_client, *flags, payload=0):
        seq, ack = self.next_seq[by_client], self.next_seq[not by_client] if "ack" in flags else 0
        step = self.packet(label, by_client, flags=flags, seq=seq, ack=ack, payload=payload)
        self.next_seq[by_client] = (seq + payload + ("fin" in flags) + ("syn" in flags)) % 2**32
        return step

    def syn(self, label):
        self.isn = self.rng.getrandbits(32)
        self.next_seq = {True: self.isn, False: self.rng.getrandbits(32)}
        self.phase = "syn"
        return self.segment(label, True, "syn")

    def next_tcp(self):
        rng, roll = self.rng, self.rng.random()
        if self.phase in ("idle", "closed"):
            return self.syn("syn")
        if self.phase == "syn":
            if roll < 0.15:
                return self.packet("syn again", True, flags=("syn",), seq=self.isn)
            if roll < 0.25:
                self.phase = "closed"
                return self.segment("refusal", False, "rst", "ack")
            self.phase = "syn-ack"
            return self.segment("syn-ack", False, "syn", "ack")
        if self.phase == "syn-ack":
            self.phase = "open"
            return self.segment("ack", True, "ack")
        by_client = rng.random() < 0.5
        if self.phase == "open":
            if roll < 0.65:
                return self.segment("data", by_client, "psh", "ack", payload=rng.randint(1, 40))
            if roll < 0.8:
                self.phase = "closed"
                return self.segment("reset", by_client, "rst", "ack")
            self.phase = "fin of client" if by_client else "fin of server"
            return self.segment("fin", by_client, "fin", "ack")
        if self.phase.startswith("fin of"):
            by_client = self.phase == "fin of server"
            self.phase = "last ack of client" if not by_client else "last ack of server"
            return self.segment("second fin", by_client, "fin", "ack")
        by_client = self.phase == "last ack of client"
        self.phase = "closed"
        return self.segment("last ack", by_client, "ack")

    def stray_tcp(self):
        """Nobody's turn, nobody's numbers."""
        flags = self.rng.choice([("ack",), ("psh", "ack"), ("rst",), ("rst", "ack"), ("syn", "ack"), ("fin", "ack"), ("syn",)])
        by_client = self.rng.random() < 0.5
        if flags == ("syn",) and by_client:  # port reuse without an end of what was before
            stray = self.phase not in ("idle", "closed")
            return replace(self.syn("syn of another"), stray=stray)
        return self.packet("stray " + "+".join(flags), by_client, flags=flags, seq=self.rng.getrandbits(32),
                           ack=self.rng.getrandbits(32) if "ack" in flags else 0, payload=5 * ("psh" in flags), stray=True)

    def error(self):
        """An ICMP error about the packet sent last, by whom it was sent to."""
        about = self.last
        side = {"inbound": "outbound", "outbound": "inbound"}[about.side]
        return Step("error", side=side, protocol="icmp-error", source=about.destination, destination=about.source, about=about,
                    source_port=about.destination_port, destination_port=about.source_port)

    def next(self):
        if self.last is not None and self.rng.random() < 0.06:
            return self.error()
        if self.protocol == "udp":
            return self.packet("datagram", self.rng.random() >= self.answers, payload=self.rng.randint(0, 30))
        return self.stray_tcp() if self.rng.random() < 0.1 else self.next_tcp()


def random_talks(rng, count):
    talks, used = [], set()
    while len(talks) < count:
        family = rng.choice([4, 4, 6])
        protocol = rng.choice(["tcp", "tcp", "tcp", "udp"])
        peer = rng.random() < 0.5
        other = rng.choice(PEERS[family] if peer else OUTSIDE[family])
        port = rng.choice([RDP, 40000, 40001, 1023]) if peer else rng.choice([40000, 50000, 1023])
        if peer and rng.random() < 0.6:
            talk = Talk(rng, protocol, (INSTANCE[family], rng.choice([RDP, 50000, 50001])), (other, RDP), "outbound")
        else:
            served = RDP if protocol == "udp" else rng.choice([RDP, RDP, FORWARDER])
            talk = Talk(rng, protocol, (other, port), (INSTANCE[family], served), "inbound")
        key = (protocol, frozenset([talk.client, talk.server]))
        if key not in used:
            used.add(key)
            talk.answers = rng.choice([0.0, 0.1, 0.45, 0.45])
            talks.append(talk)
    return talks


def random_rule(rng, name, priority, direction):
    family = rng.choice([4, 4, 6])
    far = rng.choice([("*",), ("Internet",), ("VirtualNetwork",), tuple(rng.sample(OUTSIDE[family], 2)), (PEERS[family][0],),
                      ("203.0.113.0/25",) if family == 4 else ("2001:db8::/32",)])
    far_ports = rng.choice([("*",), ("*",), ("1024-65535",), ("3389",)])
    near_ports = rng.choice([("*",), ("3389",), ("20000",), ("3389", "20000")])
    inbound = direction == "Inbound"
    return Rule(name, priority, direction, "Allow" if rng.random() < 0.7 else "Deny", rng.choice(["Tcp", "Udp", "*", "*"]),
                far if inbound else ("*",), far_ports if inbound else ("*",),
                ("*",) if inbound else far, near_ports if inbound else rng.choice([("*",), ("3389",)]))


def random_rules(rng):
    rules = []
    for direction in ("Inbound", "Outbound"):
        for i, priority in enumerate(sorted(rng.sample(range(200, 4097), rng.randint(2, 5)))):
            rules.append(random_rule(rng, f"{direction[0]}{i}", priority, direction))
    return rules + default_rules()


def changed_rules(rng, rules, number):
    """One rule removed, or one more, or one with the other action, or everything closed, or opened again."""
    own = [r for r in rules if not r.default]
    roll = rng.random()
    closed = [r for r in rules if r.name.startswith("closed")]
    if closed:
        return [r for r in rules if r not in closed]
    if roll > 0.8:
        return [Rule(f"closed{direction[0]}", 100, direction, "Deny", "*", ("*",), ("*",), ("*",), ("*",))
                for direction in ("Inbound", "Outbound")] + rules
    if own and roll < 0.5:
        gone = rng.choice(own)
        return [r for r in rules if r is not gone]
    if own and roll < 0.75:
        turned = rng.choice(own)
        return [replace(r, access="Deny" if r.access == "Allow" else "Allow") if r is turned else r for r in rules]
    direction = rng.choice(["Inbound", "Outbound"])
    taken = {r.priority for r in rules}
    priority = next(p for p in range(101, 4097) if p not in taken)
    return [random_rule(rng, f"{direction[0]}new{number}", priority, direction)] + rules


@dataclass
class Sequence:
    loose: bool
    rules: list  # rule sets
    steps: list


def new_sequence(seed, length):
    rng = random.Random(seed)
    sets = [random_rules(rng)]
    talks = random_talks(rng, rng.randint(2, 6))
    steps = []
    while len(steps) < length:
        if rng.random() < 0.03:
            sets.append(changed_rules(rng, sets[-1], len(sets)))
            steps.append(Step("other rules", rules=len(sets) - 1))
        else:
            steps.append(rng.choice(talks).next())
    return Sequence(rng.random() < 0.5, sets, steps)
