# SPDX-License-Identifier: Apache-2.0
"""A RemoteForwarder for the lab: reads the connection request, looks the instance up, passes the connection on.

    forwarder.py LAB.json OWN_INSTANCE LOG

Strict: TPKT, X.224 Connection Request, `Cookie: mstshash=Role#Instance[#Endpoint]` CR LF. One JSON line for each decision.
It shares no code with nsgcheck, whose answers are held against its log.
"""
import json
import re
import socket
import sys
import threading

ENDPOINT = "Microsoft.WindowsAzure.Plugins.RemoteAccess.Rdp"
COOKIE = re.compile(rb"Cookie: mstshash=([^\r\n#]+)#([^\r\n#]+)(?:#([^\r\n#]+))?\r\n")


def read_request(client):
    data = b""
    while len(data) < 4 or len(data) < int.from_bytes(data[2:4], "big"):
        more = client.recv(4096)
        if not more:
            return None
        data += more
    return data if data[0] == 3 and len(data) > 11 and data[5] == 0xE0 else None


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(client, peer, lab, own, log):
    def decide(outcome, instance=None):
        log.write(json.dumps({"client": peer[0], "clientPort": peer[1], "forwarder": own, "outcome": outcome,
                              "instance": instance}) + "\n")
        log.flush()

    client.settimeout(5)
    request = read_request(client)
    found = COOKIE.match(request[11:]) if request else None
    if not found:
        decide("refused: no cookie")
        return client.close()
    role, instance, endpoint = (part.decode() if part else None for part in found.groups())
    if role not in lab["roles"] or instance not in lab["addresses"] or endpoint not in (None, ENDPOINT):
        decide("refused: unknown", instance)
        return client.close()
    address = "127.0.0.1" if instance == own else lab["addresses"][instance]
    try:
        target = socket.create_connection((address, 3389), timeout=2)
    except OSError as error:
        decide(f"failed: {error}", instance)
        return client.close()
    decide("forwarded", instance)
    client.settimeout(None)
    target.settimeout(None)
    target.sendall(request)
    threading.Thread(target=pump, args=(target, client), daemon=True).start()
    pump(client, target)


def main():
    lab = json.load(open(sys.argv[1]))
    log = open(sys.argv[3], "a")
    listener = socket.create_server(("0.0.0.0", lab["forwarderPort"]))
    while True:
        client, peer = listener.accept()
        threading.Thread(target=serve, args=(client, peer, lab, sys.argv[2], log), daemon=True).start()


if __name__ == "__main__":
    main()
