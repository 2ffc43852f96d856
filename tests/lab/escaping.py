#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Text that strangers chose (names of rules, groups, roles, files; cookies; expectations) in every output of every command.

    escaping.py --nsgcheck build/release/nsgcheck --project .

Whatever is in it: outputs for people hold no control, direction-changing or invisible character and no command of GitHub
Actions or Azure Pipelines, machine-readable ones parse, and Markdown holds no image, link or element of the input's.
"""
import argparse
import csv
import io
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

HOSTILE = {
    "terminal": "\x1b[2J\x1b]0;title\x07\x9b2J",
    "lines": "a\nb\r\nc\u2028d\u0085e",
    "GitHub command": "x\n::add-mask::secret",
    "GitHub command at the begin": "::error file=a,line=1::gone",
    "Azure command": "]; ##vso[task.setvariable variable=a;]b ##[error]c",
    "element": "<script>alert(1)</script><img src=x>",
    "XML": "]]><x>&amp;</x>\"' onload='x",
    "Markdown": "[x](https://example.com) ![y](http://example.com/i.png) | `a` ``b`` @someone",
    "direction": "a\u202egnp.exe\u2066x\u200b\ufeffb\U000E0061",
    "formula": "=cmd|' /C calc'!A0",
    "formula after a sign": "-1+1\t@SUM(A1)",
    "quotes": "a,\"b\",'c';%0Ad%25 \\ \\u0041 {0} %s $(x) `x`",
    "long": "x" * 5000,
}
# C0 but for the line feed, DEL, C1, line and paragraph separators, what turns the direction or has no width, tags.
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000E0000-\U000E007F]")
GITHUB = re.compile(r"^\s*::(?!(error|warning|notice)( [^:]*)?::|endgroup::|group::)[a-z-]+.*::", re.M)
AZURE = re.compile(r"##(?!vso\[task\.(logissue|complete) )(vso)?\[", re.I)


def seen(text):
    found = UNSEEN.search(text)
    if found:
        return f"shows {found.group()!r}: {text[max(0, found.start() - 40):found.end() + 20]!r}"
    found = GITHUB.search(text) or AZURE.search(text)
    return f"holds the command {found.group()[:80]!r}" if found else ""


def markdown(text):
    # Within code nothing is an element or a link; a code span ends at as many backquotes as it began with.
    plain = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    found = re.search(r"<script|<img|(?<!\\)!\[|(?<!\\)\]\(https?://example", plain)
    return f"holds {plain[max(0, found.start() - 40):found.end() + 20]!r}" if found else seen(text)


def rows(text):
    table = list(csv.reader(io.StringIO(text), strict=True))
    if any(len(row) != len(table[0]) for row in table):
        return "rows differ in length"
    started = [cell for row in table for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    return f"a formula: {started[0]!r}" if started else ""


def parses(read):
    def check(text):
        try:
            read(text)
        except (ValueError, xml.etree.ElementTree.ParseError) as error:
            return f"does not parse: {error}"
        return ""
    return check


def both(*checks):
    return lambda text: next(filter(None, (check(text) for check in checks)), "")


CHECKS = {"text": seen, "markdown": markdown, "github": seen, "azuredevops": seen, "csv": both(rows, lambda text: seen(text.replace("\r\n", "\n"))),
          "junit": both(parses(xml.etree.ElementTree.fromstring), seen),
          "jsonl": parses(lambda text: [json.loads(line) for line in text.splitlines() if line]),
          **{form: parses(json.loads) for form in ("json", "sarif", "azure")}, "baseline": seen}


def group(name, text, ports=("3389", "22", "20000")):
    rules = [{"name": f"{text}{n}", "properties": {
        "protocol": "*", "sourcePortRange": "*", "destinationPortRange": port, "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*", "access": "Allow", "priority": 100 + n, "direction": "Inbound",
        "description": text}} for n, port in enumerate(ports)]
    rules.append({"name": text + "!", "properties": dict(rules[0]["properties"], priority=50, sourceAddressPrefix=text)})
    return {"name": name, "type": "Microsoft.Network/networkSecurityGroups", "properties": {"securityRules": rules}}


def capture(text):
    """A SYN and a connection request whose cookie is the text."""
    cookie = b"Cookie: mstshash=" + text.encode().replace(b"\r", b"").replace(b"\n", b"")[:200] + b"\r\n"
    request = bytes([len(cookie) + 6, 0xE0, 0, 0, 0, 0, 0]) + cookie
    request = struct.pack(">BBH", 3, 0, len(request) + 4) + request
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
    for sequence, flags, payload in ((1000, 2, b""), (1001, 24, request)):
        tcp = struct.pack(">HHIIBBHHH", 50000, 3389, sequence, 0, 0x50, flags, 64000, 0, 0)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0x4000, 64, 6, 0, bytes([203, 0, 113, 10]),
                         bytes([198, 51, 100, 20]))
        frame = bytes(12) + b"\x08\x00" + ip + tcp + payload
        out += struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame
    return out


def prepared(folder, text, project):
    """The files that the commands get, all with the text in them, and where the file system takes it in their names, too."""
    plain = text.replace("/", "_").replace("\0", "")[:60]
    paths = {name: folder / f"{name} {plain}{end}" for name, end in (
        ("old", ".json"), ("new", ".json"), ("service", ".json"), ("capture", ".pcap"), ("intent", ".yaml"), ("client", ".rdp"),
        ("scan", ".sarif"))}
    paths["old"].write_text(json.dumps(group(text, text)))
    paths["new"].write_text(json.dumps(group(text, text + " new", ("443", "22"))))
    service = json.loads((project / "rules/samples/deployments/works.json").read_text())
    service |= {"name": text, "nsgs": [paths["old"].name]}
    service["virtualNetwork"]["subnets"][0] |= {"nsg": text, "name": text}
    for role in service["roles"]:
        role |= {"name": text + role["name"], "subnet": text}
        for instance in role["instances"]:
            instance["name"] = text + instance["name"]
    paths["service"].write_text(json.dumps(service))
    paths["capture"].write_bytes(capture(text))
    paths["intent"].write_text(json.dumps({"mustNot": [{"name": text, "from": "Internet", "ports": [3389]},
                                                       {"name": text + "2", "nsg": text + "x", "from": "Internet"}],
                                           "must": [{"name": text + "3", "protocol": "tcp", "from": "1.2.3.4", "ports": [443]}]},
                                          ensure_ascii=False))
    paths["client"].write_text(f"full address:s:{plain}\nloadbalanceinfo:s:Cookie: mstshash={plain}#x\n{plain}:s:x\n", newline="")
    paths["scan"].write_text(json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": text}}, "results": [
        {"ruleId": text, "message": {"text": text}, "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": paths["old"].name}, "region": {"startLine": 1}}}]}]}]}))
    return {name: str(path) for name, path in paths.items()} | {"instance": text + "WebRole1_IN_0"}


def runs(f):
    """Command and the formats it is asked for."""
    audit = ["text", "json", "jsonl", "sarif", "junit", "markdown", "github", "azuredevops", "csv", "baseline"]
    yield ["audit", f["old"]], audit
    yield ["audit", f["old"], "--expect", f["intent"], "--mutate"], audit
    yield ["audit", f["old"], "--deployment", f["service"]], ["text", "json", "markdown", "sarif"]
    yield ["explain", f["old"], "--direction", "in", "--protocol", "tcp", "--from", "1.2.3.4", "--to", "10.0.0.4", "--port",
           "22"], ["text", "json", "jsonl"]
    yield ["explain", f["new"], "--direction", "in", "--protocol", "tcp", "--from", "1.2.3.4", "--to", "10.0.0.4", "--port",
           "3389", "--why-not"], ["text", "json"]
    yield ["diff", f["old"], f["new"]], ["text", "json", "jsonl", "markdown"]
    yield ["diff", f["old"], f["new"], "--deployment", f["service"]], ["text", "json", "markdown"]
    yield ["impact", f["old"], f["new"], "--traffic", f["capture"]], ["text", "json", "jsonl", "markdown", "csv"]
    yield ["effective", "--deployment", f["service"]], ["text", "json"]
    yield ["effective", "--deployment", f["service"], "--instance=" + f["instance"]], ["text", "azure"]
    yield ["fix", f["old"]], ["text", "json"]
    yield ["simplify", f["old"]], ["text", "json"]
    yield ["reach", f["service"]], ["text", "json"]
    yield ["replay", "--deployment", f["service"], f["capture"]], ["text", "json", "jsonl", "junit"]
    yield ["rdp", f["client"], "--deployment", f["service"]], ["text", "json"]
    yield ["import-sarif", f["scan"], f["old"]], ["text", "json", "markdown"]
    yield ["audit", f["capture"]], ["text"]
    yield ["audit", f["old"] + "/none"], ["text"]


def readable(command):
    """The last two of runs() are of files that hold no rules or are not there."""
    return not (command[0] == "audit" and (command[1].endswith(".pcap") or command[1].endswith("/none")))


def wrong(program, folder, command, form):
    done = subprocess.run([program, *command, "-f", form], capture_output=True, timeout=120, cwd=folder)
    try:
        out, said = done.stdout.decode(), done.stderr.decode()
    except UnicodeDecodeError as error:
        return f"is no UTF-8: {error}"
    if done.returncode not in ((0, 1, 3) if readable(command) else (2,)):
        return f"exit {done.returncode}: {said}"
    if not out and not said:
        return "said nothing"
    return (CHECKS[form](out) if out else "") or seen(said)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nsgcheck", required=True)
    parser.add_argument("--project", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    program, failed, tried = str(pathlib.Path(arguments.nsgcheck).resolve()), 0, 0
    for name, text in HOSTILE.items():
        with tempfile.TemporaryDirectory() as folder:
            files = prepared(pathlib.Path(folder), text, arguments.project)
            for command, forms in runs(files):
                for form in forms:
                    tried += 1
                    fault = wrong(program, folder, command, form)
                    if fault:
                        failed += 1
                        print(f"FAILED  {name}: {command[0]} -f {form} {fault}", flush=True)
    print(f"{tried} outputs, {failed} of them wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
