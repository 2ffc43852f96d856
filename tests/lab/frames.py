# SPDX-License-Identifier: Apache-2.0
"""Ethernet frames that carry their own number, and reading the number back. All fields are in network byte order."""
import ipaddress
import struct

ETHERTYPE = {4: b"\x08\x00", 6: b"\x86\xdd"}
TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def transport(packet, number):
    """Header and payload with a zero checksum, the protocol number, and where the checksum stands."""
    if packet.protocol == "tcp":
        head = struct.pack("!HHIIBBHHH", packet.source_port, packet.destination_port, number, 0, 5 << 4, 2, 8192, 0, 0)
        return TCP, head, 16
    if packet.protocol == "udp":
        return UDP, struct.pack("!HHHHI", packet.source_port, packet.destination_port, 12, 0, number), 6
    kind = (ICMP, 8) if packet.family == 4 else (ICMP6, 128)
    return kind[0], struct.pack("!BBHHHI", kind[1], 0, 0, packet.source_port, 1, number), 2


def in_ip(source, destination, protocol, body, at, mark=0):
    """The IP packet; `at` is where the body's checksum stands, `mark` goes where Linux leaves it alone: into the
    identification (16 bits) or the flow label (20 bits)."""
    source, destination = (ipaddress.ip_address(a).packed for a in (source, destination))
    # Of ICMP for IPv4 only the message itself is summed.
    pseudo = b"" if protocol == ICMP else source + destination + struct.pack("!II", len(body), protocol)
    body = body[:at] + struct.pack("!H", checksum(pseudo + body) or 0xFFFF) + body[at + 2:]
    if len(source) == 16:
        return struct.pack("!IHBB", 6 << 28 | mark, len(body), protocol, 64) + source + destination + body
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), mark, 0x4000, 64, protocol, 0) + source + destination
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


def ip_packet(packet, number):
    protocol, body, at = transport(packet, number)
    return in_ip(packet.source, packet.destination, protocol, body, at)


def frame_of(packet, destination_mac=b"\2\0\0\0\0\1", source_mac=b"\2\0\0\0\0\2"):
    return destination_mac + source_mac + ETHERTYPE[packet[0] >> 4] + packet


def frame(packet, number, destination_mac, source_mac):
    return frame_of(ip_packet(packet, number), destination_mac, source_mac)


def number_in(payload):
    """The number of a packet that frame() made, from its IP header on; None for anything else."""
    if len(payload) < 20:
        return None
    if payload[0] >> 4 == 4:
        protocol, body = payload[9], payload[(payload[0] & 15) * 4:]
    else:
        protocol, body = payload[6], payload[40:]
    at = {TCP: 4, UDP: 8, ICMP: 8, ICMP6: 8}.get(protocol)
    if at is None or len(body) < at + 4:
        return None
    return struct.unpack_from("!I", body, at)[0]


def mark_in(payload):
    """The mark of a packet that in_ip() made, from its IP header on."""
    if len(payload) < 20:
        return None
    return struct.unpack_from("!H", payload, 4)[0] if payload[0] >> 4 == 4 else struct.unpack_from("!I", payload)[0] & 0xFFFFF
