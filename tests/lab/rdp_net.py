# SPDX-License-Identifier: Apache-2.0
"""The network of the RDP lab in namespaces of its own: a client, a fabric that balances and filters, three instances.

    client c0 --- c0 fabric i0 --- eth0 instance 0, and so on

The balancer is nftables DNAT of VIP:3389 to the forwarder port of an instance of the pool, the client's address kept; the NSG
is compiled as for the kernel oracle, inbound at the interface that leads to an instance, outbound where it comes from.
"""
import json
import os
import pathlib
import subprocess
import time

from nsg_case import Rule, as_nft_lines, default_rules

CLIENT, FABRIC = "labClient", "labFabric"
CLIENT_ADDRESS, VIP = "203.0.113.10", "198.51.100.20"


def run(*command, stdin=None):
    done = subprocess.run([str(c) for c in command], input=stdin, text=True, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


def space_of(number):
    return f"labInstance{number}"


def wire(near, near_space, far, far_space):
    run("ip", "link", "add", near, "netns", near_space, "type", "veth", "peer", "name", far, "netns", far_space)
    for link, space in ((near, near_space), (far, far_space)):
        run("ip", "-n", space, "link", "set", link, "up")
        # Captures should hold what would be on a cable.
        subprocess.run(["ip", "netns", "exec", space, "ethtool", "-K", link, "tx", "off", "tso", "off", "gso", "off", "gro",
                        "off"], capture_output=True)


def set_up(addresses):
    run("mount", "-t", "tmpfs", "lab", "/run")
    for space in [CLIENT, FABRIC] + [space_of(i) for i in range(len(addresses))]:
        run("ip", "netns", "add", space)
        run("ip", "-n", space, "link", "set", "lo", "up")
    wire("c0", CLIENT, "c0", FABRIC)
    run("ip", "-n", CLIENT, "addr", "add", CLIENT_ADDRESS + "/24", "dev", "c0")
    run("ip", "-n", FABRIC, "addr", "add", "203.0.113.1/24", "dev", "c0")
    run("ip", "-n", FABRIC, "addr", "add", VIP + "/32", "dev", "lo")
    run("ip", "-n", FABRIC, "addr", "add", "10.0.0.1/32", "dev", "lo")
    run("ip", "-n", CLIENT, "route", "add", "default", "via", "203.0.113.1")
    run("ip", "netns", "exec", FABRIC, "sh", "-c",
        "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter")
    for number, address in enumerate(addresses):
        wire("eth0", space_of(number), f"i{number}", FABRIC)
        run("ip", "-n", space_of(number), "addr", "add", address + "/32", "dev", "eth0")
        run("ip", "-n", space_of(number), "route", "add", "10.0.0.1", "dev", "eth0")
        run("ip", "-n", space_of(number), "route", "add", "default", "via", "10.0.0.1")
        run("ip", "-n", FABRIC, "route", "add", address + "/32", "dev", f"i{number}")


def rules_of(nsg_file):
    """The rules of a sample NSG: single values only, as the samples have them."""
    rules = []
    for listed in json.loads(pathlib.Path(nsg_file).read_text())["properties"]["securityRules"]:
        p = listed["properties"]
        rules.append(Rule(listed["name"], p["priority"], p["direction"], p["access"], p["protocol"],
                          (p["sourceAddressPrefix"],), (p["sourcePortRange"],), (p["destinationAddressPrefix"],),
                          (p["destinationPortRange"],)))
    return rules + default_rules()


def load_filter(rules, pool, forwarder_port):
    """Two base chains: what one accepts the other still sees, as between two instances both directions count. Two more for a
    proxy on the fabric itself. Without a pool nothing is balanced."""
    out = ["flush ruleset", "table inet lab {"]
    for direction, match, priority, near in (("Outbound", "iifname", 0, "input"), ("Inbound", "oifname", 1, "output")):
        out += [f"  chain {direction} {{", "    ct state established,related accept"]
        for rule in sorted((r for r in rules if r.direction == direction), key=lambda r: r.priority):
            out += ["    " + line.replace("group 5 ", "group 6 ") for line in as_nft_lines(rule)]
        out += ["  }", f"  chain at{direction} {{", f"    type filter hook forward priority {priority}; policy accept;",
                f'    {match} "i*" jump {direction}', "  }", f"  chain near{direction} {{",
                f"    type filter hook {near} priority {priority}; policy accept;", f'    {match} "i*" jump {direction}', "  }"]
    if pool:
        targets = ", ".join(f"{i} : {address}" for i, address in enumerate(pool))
        out += ["  chain balancer {", "    type nat hook prerouting priority dstnat; policy accept;",
                f"    ip daddr {VIP} tcp dport 3389 dnat ip to jhash ip saddr . tcp sport mod {len(pool)} seed 0x1f map "
                f"{{ {targets} }} : {forwarder_port}", "  }"]
    out.append("}")
    run("ip", "netns", "exec", FABRIC, "nft", "-f", "-", stdin="\n".join(out) + "\n")


class Processes:
    """What was started in namespaces; all of it ends with the lab."""

    def __init__(self):
        self.started = []

    def start(self, space, *command, **options):
        child = subprocess.Popen(["ip", "netns", "exec", space, *map(str, command)], **options)
        self.started.append(child)
        return child

    @staticmethod
    def stop(child):
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(timeout=5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def stop_all(self):
        for child in self.started:
            self.stop(child)


def wait_for_port(space, port, patience=10.0):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if f":{port} " in run("ip", "netns", "exec", space, "ss", "-ltn"):
            return
        time.sleep(0.1)
    raise RuntimeError(f"nothing listens on port {port} in {space}")


def start_xrdp(processes, number, folder):
    """An xrdp with a configuration, log, host name and certificate of its own."""
    home = pathlib.Path(folder, f"xrdp{number}")
    home.mkdir(exist_ok=True)
    certificate, key, log = home / "cert.pem", home / "key.pem", home / "xrdp.log"
    if not certificate.exists():
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN=instance-{number}",
            "-keyout", key, "-out", certificate)
        (home / "xrdp.ini").write_text(
            f"[Globals]\nini_version=1\nfork=true\nport=tcp://:3389\nsecurity_layer=tls\ncertificate={certificate}\n"
            f"key_file={key}\nssl_protocols=TLSv1.2, TLSv1.3\nmax_bpp=32\n[Logging]\nLogFile={log}\nLogLevel=INFO\n"
            "EnableSyslog=false\nEnableConsole=false\n[Channels]\n[Xvnc]\nname=Xvnc\nlib=libvnc.so\nip=127.0.0.1\nport=-1\n"
            "username=ask\npassword=ask\n")
    child = processes.start(space_of(number), "unshare", "-m", "-u", "sh", "-c",
                            f"hostname instance-{number}; mkdir -p /run/xrdp; mount -t tmpfs t /run/xrdp; "
                            f"exec xrdp --nodaemon --config {home}/xrdp.ini",
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_port(space_of(number), 3389)
    return child, log


def environment(display):
    return {**os.environ, "DISPLAY": display}
