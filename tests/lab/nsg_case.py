# SPDX-License-Identifier: Apache-2.0
"""Random NSGs and packets at their edges, as an ARM template for nsgcheck and as an nftables rule set.

Both are written from the same list of rules, the nftables side by sets of prefixes as text: no interval arithmetic of
nsgcheck has a part in it. What Linux has an opinion on (addresses that it does not forward) is left out.
"""
import ipaddress
import random
import subprocess
from dataclasses import dataclass

# semantics.md section 2: what a tag holds without a deployment file. As nftables takes it: (negated, elements).
VNET4 = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "168.63.129.16/32"]
NOT_INTERNET4 = VNET4 + ["0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"]
TAGS = {
    "VirtualNetwork": {4: (False, VNET4), 6: (False, ["fc00::/7"])},
    "AzureLoadBalancer": {4: (False, ["168.63.129.16/32"]), 6: (False, ["fe80::1234:5678:9abc/128"])},
    "Internet": {4: (True, NOT_INTERNET4), 6: (False, ["2000::/3"])},
}
POOL4 = ["203.0.113.0/24", "198.51.100.0/24", "8.0.0.0/6", "10.0.0.0/24", "10.0.0.4/32", "172.16.0.0/12",
         "168.63.129.16/32", "0.0.0.0/0", "100.64.0.0/10", "192.168.0.0/16"]
POOL6 = ["2001:db8::/32", "2001:db8:0:1::/64", "fc00::/7", "fd00:1::4/128", "2603:1000::/24", "::/0"]
PORTS = ["22", "80", "443", "3389", "20000", "3380-3400", "1024-65535", "0-1023", "19999-20001", "65535", "0"]


@dataclass(frozen=True)
class Rule:
    name: str
    priority: int
    direction: str  # Inbound, Outbound
    access: str  # Allow, Deny
    protocol: str  # Tcp, Udp, Icmp, *
    source: tuple  # prefixes of one family, or one word: a tag or *
    source_ports: tuple  # ports and ranges as text, or ("*",)
    destination: tuple
    destination_ports: tuple
    default: bool = False


@dataclass(frozen=True)
class Packet:
    direction: str
    protocol: str  # tcp, udp, icmp
    source: str
    source_port: int
    destination: str
    destination_port: int

    @property
    def family(self):
        return ipaddress.ip_address(self.source).version


def default_rules():
    rules = []
    for direction, second in (("Inbound", ("AllowAzureLoadBalancerInBound", "AzureLoadBalancer", "*")),
                              ("Outbound", ("AllowInternetOutBound", "*", "Internet"))):
        end = direction.replace("bound", "Bound")
        rows = [("AllowVnet" + end, "Allow", "VirtualNetwork", "VirtualNetwork"), (second[0], "Allow", *second[1:]),
                ("DenyAll" + end, "Deny", "*", "*")]
        for priority, (name, access, source, destination) in zip((65000, 65001, 65500), rows):
            rules.append(Rule(name, priority, direction, access, "*", (source,), ("*",), (destination,), ("*",), True))
    return rules


def random_side(rng, family):
    if rng.random() < 0.45:
        return (rng.choice(["*", "VirtualNetwork", "Internet", "AzureLoadBalancer"]),)
    pool = POOL4 if family == 4 else POOL6
    picked = rng.sample(pool, rng.choice([1, 1, 1, 2, 3]))
    if family == 4 and rng.random() < 0.4:  # a prefix of a length of its own
        base = rng.getrandbits(32)
        picked.append(str(ipaddress.ip_network((base, rng.randint(1, 32)), strict=False)))
    # Lists that overlap are invalid in Azure; here every prefix stands alone.
    kept = []
    for text in picked:
        net = ipaddress.ip_network(text)
        if not any(net.overlaps(ipaddress.ip_network(k)) for k in kept):
            kept.append(text)
    return tuple(kept)


def random_ports(rng, few):
    if rng.random() < (0.8 if few else 0.25):
        return ("*",)
    kept, used = [], []
    for text in rng.sample(PORTS, rng.choice([1, 1, 2, 3])):
        low, _, high = text.partition("-")
        span = (int(low), int(high or low))
        if all(span[1] < a or b < span[0] for a, b in used):
            used.append(span)
            kept.append(text)
    return tuple(kept)


def random_rules(rng, count):
    rules = []
    for direction in ("Inbound", "Outbound"):
        for i, priority in enumerate(sorted(rng.sample(range(100, 4097), count))):
            family = rng.choice([4, 4, 6])
            protocol = rng.choice(["Tcp", "Tcp", "Udp", "Icmp", "*"])
            portless = protocol == "Icmp"
            rules.append(
                Rule(f"{direction[0]}{i}", priority, direction, rng.choice(["Allow", "Deny"]), protocol,
                     random_side(rng, family), ("*",) if portless else random_ports(rng, True),
                     random_side(rng, family), ("*",) if portless else random_ports(rng, False)))
    return rules + default_rules()


def styled_rules(program, style, seed, count):
    """Rules of one of the shapes that print_styled_rules knows."""
    done = subprocess.run([program, style, str(seed), str(count)], capture_output=True, text=True, check=True)
    rules = []
    for line in done.stdout.splitlines():
        priority, access, direction, protocol, *fields = line.split()
        sides = (tuple(field.split(",")) for field in fields)
        rules.append(Rule(f"{direction[0]}{priority}", int(priority), direction, access, protocol, *sides))
    return rules + default_rules()


# -- as nsgcheck reads it


def side_members(rule, name, values, plural_suffix):
    if len(values) == 1:
        return {name: values[0]}
    return {name + plural_suffix: list(values)}


def as_arm(rules):
    listed = []
    for r in rules:
        if r.default:
            continue
        properties = {"priority": r.priority, "direction": r.direction, "access": r.access, "protocol": r.protocol}
        properties.update(side_members(r, "sourceAddressPrefix", r.source, "es"))
        properties.update(side_members(r, "destinationAddressPrefix", r.destination, "es"))
        properties.update(side_members(r, "sourcePortRange", r.source_ports, "s"))
        properties.update(side_members(r, "destinationPortRange", r.destination_ports, "s"))
        listed.append({"name": r.name, "properties": properties})
    return {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2023-09-01", "name": "lab",
                           "location": "westeurope", "properties": {"securityRules": listed}}]}


# -- as the kernel takes it


def address_match(family, word, side):
    """The condition on one side; "" for any, None when nothing of the family is in it."""
    if side == ("*",):
        return ""
    negated, elements = (TAGS[side[0]][family] if side[0] in TAGS else
                         (False, [p for p in side if ipaddress.ip_network(p).version == family]))
    if not elements:
        return None
    key = "ip" if family == 4 else "ip6"
    return f"{key} {word} {'!= ' if negated else ''}{{ {', '.join(elements)} }} "


def holds_every_port(values):
    """Lists that add up to 0-65535 are any, for protocols without ports, too. None overlap here."""
    spans = [(int(low), int(high or low)) for low, _, high in (v.partition("-") for v in values if v != "*")]
    return values == ("*",) or sum(high - low + 1 for low, high in spans) == 65536


def as_nft_lines(rule):
    lines = []
    for family in (4, 6):
        source = address_match(family, "saddr", rule.source)
        destination = address_match(family, "daddr", rule.destination)
        if source is None or destination is None:
            continue
        ports = ""
        for word, values in (("sport", rule.source_ports), ("dport", rule.destination_ports)):
            if not holds_every_port(values):
                ports += f"th {word} {{ {', '.join(values)} }} "
        protocol = {"Tcp": "tcp", "Udp": "udp", "Icmp": "icmp" if family == 4 else "ipv6-icmp", "*": None}[rule.protocol]
        what = f"meta l4proto {protocol} " if protocol else ("meta l4proto { tcp, udp } " if ports else "")
        end = "accept" if rule.access == "Allow" else "drop"
        lines.append(f"meta nfproto ipv{family} {source}{destination}{what}{ports}"
                     f'log prefix "{rule.name}" group 5 snaplen 96 {end}')
    return lines


OPEN = (("established,related", "open", "accept"),)


def as_nft(rules, states=OPEN):
    """Inbound is what leaves the fabric towards the instance (i0), outbound what comes from it. `states`: what conntrack
    settles before the rules are asked, as (ct state, log prefix, what to do). One command a line."""
    out = ["add table inet lab", "add chain inet lab inbound", "add chain inet lab outbound",
           "add chain inet lab way { type filter hook forward priority 0; policy drop; }",
           'add rule inet lab way oifname "i0" jump inbound', 'add rule inet lab way iifname "i0" jump outbound']
    for chain, direction in (("inbound", "Inbound"), ("outbound", "Outbound")):
        lines = [f'ct state {state} log prefix "{name}" group 5 snaplen 96 {end}' for state, name, end in states]
        for rule in sorted((r for r in rules if r.direction == direction), key=lambda r: r.priority):
            lines += as_nft_lines(rule)
        out += [f"add rule inet lab {chain} {line}" for line in lines]
    return "\n".join(out) + "\n"


# -- packets


def is_forwarded(address):
    if address.version == 4:
        first = int(address) >> 24
        return first not in (0, 127) and first < 224
    return not (address.is_multicast or address.is_link_local or address.is_loopback or address.is_unspecified or
                int(address) >> 32 == 0xFFFF)


def edges_of(prefixes, family):
    """First and last of each prefix of the family, and their neighbours, as far as Linux forwards them."""
    out = set()
    for net in map(ipaddress.ip_network, prefixes):
        if net.version != family:
            continue
        first, last = int(net.network_address), int(net.broadcast_address)
        for value in (first - 1, first, last, last + 1):
            if 0 <= value < 1 << net.max_prefixlen:
                address = (ipaddress.IPv4Address if family == 4 else ipaddress.IPv6Address)(value)
                if is_forwarded(address):
                    out.add(str(address))
    return sorted(out)


def prefixes_of(side, family):
    if side[0] in TAGS:
        return TAGS[side[0]][family][1]
    return (POOL4 if family == 4 else POOL6) if side == ("*",) else side


def edge_ports(rules):
    out = {0, 1, 3389, 20000, 65535}
    for text in [p for r in rules for p in r.source_ports + r.destination_ports if p != "*"]:
        for end in text.split("-"):
            out.update(p for p in (int(end) - 1, int(end), int(end) + 1) if 0 <= p <= 65535)
    return sorted(out)


def random_flow(rng, rules, family):
    """Ends, protocol and direction at the edges of one rule, so that rules decide more than the default ones do."""
    rule = rng.choice(rules)
    everywhere = edges_of(POOL4 if family == 4 else POOL6, family)
    source, destination = (rng.choice(edges_of(prefixes_of(side, family), family) or everywhere)
                           for side in (rule.source, rule.destination))
    protocol = rule.protocol.lower() if rule.protocol != "*" and rng.random() < 0.8 else rng.choice(["tcp", "udp", "icmp"])
    ports = edge_ports([rule])
    sport, dport = (rng.choice(ports) if rng.random() < 0.8 else rng.randrange(65536) for _ in range(2))
    if protocol == "icmp":
        sport, dport = rng.randrange(65536), 0
    return Packet(rule.direction.lower(), protocol, source, sport, destination, dport)


def random_packets(rng, rules, count):
    """No two of one connection, in whichever direction: each is a new flow."""
    packets, seen = [], set()
    while len(packets) < count:
        p = random_flow(rng, rules, rng.choice([4, 4, 6]))
        ends = frozenset([(p.source, p.source_port), (p.destination, p.destination_port)])
        if p.protocol == "icmp":
            ends = frozenset([p.source, p.destination, p.source_port])
        if p.source != p.destination and (p.protocol, ends) not in seen:
            seen.add((p.protocol, ends))
            packets.append(p)
    return packets


def new_case(seed, rule_count, packet_count, style=None, printer=None):
    """Azure's own shape, with tags, lists and both families, or a style that `printer` (print_styled_rules) knows."""
    rng = random.Random(seed)
    rules = styled_rules(printer, style, seed, rule_count) if style else random_rules(rng, rule_count)
    return rules, random_packets(rng, rules, packet_count)
