#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds outputs of nsgcheck against validators that others wrote: check_outputs.py sarif|junit NSGCHECK."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = "rules/samples/"
MULTITOOL = ROOT / "build/tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
SKIPPED = 77
# nsgcheck has no home page to name; the pipeline that publishes a result is known there only.
FORGIVEN = {"Ghas": {"SARIF2005"}, "Ado": {"SARIF2005", "GHAzDO1019", "GHAzDO1020"}}
HOSTILE = "%25 %0A\r\n::error::x ##vso[task.complete]y]; \"<&>' [a](b) =1+1 \u202e\U000E0061"


def hostile(folder):
    """A rule set whose names try to leave the format that they are shown in."""
    rule = {"name": HOSTILE, "properties": {
        "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix": "*",
        "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "3389",
        "description": "nsgcheck:ignore NSG-RDP-001 until=2027-01-01 owner=" + HOSTILE}}
    path = folder / "hostile % [x];y.json"
    path.write_text(json.dumps({"name": HOSTILE, "properties": {"securityRules": [rule]}}))
    return str(path)


def cases(folder, run):
    """Name and arguments of each audit: all kinds of findings, and findings in all states."""
    baseline = folder / "known.json"
    baseline.write_text(run(["audit", SAMPLES + "wide-open.json", "-f", "baseline"]))
    suppressions = SAMPLES + "suppressions/"
    yield "wide-open", [SAMPLES + "wide-open.json"]
    yield "invalid", [SAMPLES + "invalid.json"]
    yield "unknown", [SAMPLES + "unknown-tag.json"]
    yield "hygiene", [SAMPLES + "hygiene-shadowed.json", SAMPLES + "hygiene-redundant.json"]
    yield "network", [SAMPLES + "network.json"]
    yield "suppressed", [suppressions + "nsg.json", "--suppressions", suppressions + "good.yaml", "--suppressions",
                         suppressions + "lapsed.yaml", "--suppressions", suppressions + "without-owner.yaml"]
    yield "described", [suppressions + "described.json"]
    yield "known", [SAMPLES + "wide-open.json", "--baseline", str(baseline)]
    yield "gone", [SAMPLES + "hardened.json", "--baseline", str(baseline)]
    yield "hostile", [hostile(folder)]


def check_sarif(files, folder):
    if not os.access(MULTITOOL, os.X_OK):
        print("skipped: no sarif-multitool; scripts/install-sarif-multitool installs it")
        return SKIPPED
    faults = 0
    for kind, forgiven in FORGIVEN.items():
        log = folder / f"{kind}.sarif"
        said = subprocess.run([MULTITOOL, "validate", *files, "--rule-kind", f"Sarif;{kind}", "--output", log,
                        "--log", "ForceOverwrite"], check=True, capture_output=True, text=True,
                       env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}).stdout
        assert f"{len(files)} files scanned" in said, said
        # It ends with 0 whatever it finds.
        results = json.loads(log.read_text(encoding="utf-8-sig"))["runs"][0]
        for result in results["results"]:
            if result["ruleId"] in forgiven or result.get("level") == "note":
                continue
            place = result["locations"][0]["physicalLocation"]
            print(kind, result["ruleId"], result.get("level", "warning"), place["artifactLocation"].get("uri"),
                  place.get("region", {}).get("startLine"), result["message"].get("arguments"))
            faults += 1
    return 1 if faults else 0


def check_junit(files, _):
    if not shutil.which("xmllint"):
        print("skipped: no xmllint (libxml2-utils)")
        return SKIPPED
    schema = ROOT / "tests/outputs/junit.xsd"
    return subprocess.run(["xmllint", "--noout", "--schema", schema, *files], check=False).returncode


def main():
    form, program = sys.argv[1:]
    program = os.path.abspath(program)

    def run(arguments):
        result = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        assert result.returncode in (0, 1, 3), (arguments, result.returncode, result.stderr)
        return result.stdout

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        files = []
        for case, arguments in cases(folder, run):
            file = folder / f"{case}.{'sarif' if form == 'sarif' else 'xml'}"
            file.write_text(run(["audit", *arguments, "-f", form, "--now", "2026-06-01"]), encoding="utf-8")
            files.append(str(file))
        return {"sarif": check_sarif, "junit": check_junit}[form](files, folder)


sys.exit(main())
