# SPDX-License-Identifier: Apache-2.0
"""Writes what passes the given interfaces of this network namespace to a capture file: sniff.py FILE INTERFACE...

Ends on SIGTERM, with everything written. (tcpdump cannot give up its rights in a user namespace.)
"""
import select
import signal
import socket
import struct
import sys
import time

# 2026-06-01: the accounts of the sample deployments expire, and the lab should run for longer than they do.
BEGIN = 1_780_272_000


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sockets = []
    for name in sys.argv[2:]:
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        raw.bind((name, 0))
        sockets.append(raw)
    with open(sys.argv[1], "wb", buffering=0) as out:
        out.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        started = time.monotonic_ns()
        print("ready", flush=True)
        while True:
            for raw in select.select(sockets, [], [])[0]:
                data = raw.recv(65535)
                now = BEGIN * 1_000_000 + (time.monotonic_ns() - started) // 1000
                out.write(struct.pack("=IIII", now // 1_000_000, now % 1_000_000, len(data), len(data)) + data)


if __name__ == "__main__":
    main()
