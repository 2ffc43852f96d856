#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every folder includes only what its layer may: cli -> simulator -> analyzer -> analyzer/net.

Usage: check_layers.py ROOT. Prints each breach as FILE:LINE: MESSAGE and exits with 1 when there is one.
"""
import pathlib
import re
import sys

NET, CERTIFICATE, MODEL, ENGINE, POLICY, ANALYZER_IO = (
    f"analyzer/{f}" for f in ("net", "certificate", "model", "engine", "policy", "io"))
WIRE, FLOW, PATH, SIMULATOR_IO = (f"simulator/{f}" for f in ("wire", "flow", "path", "io"))
VERIFY = "cli/verify"
ANALYZER = {NET, CERTIFICATE, MODEL, ENGINE, POLICY, ANALYZER_IO}
SIMULATOR = {WIRE, FLOW, PATH, SIMULATOR_IO}

# Project folders that each folder may include, itself among them.
ALLOWED = {
    NET: {NET},
    CERTIFICATE: {CERTIFICATE},
    MODEL: {NET, CERTIFICATE, MODEL},
    ENGINE: {NET, CERTIFICATE, MODEL, ENGINE},
    POLICY: {NET, CERTIFICATE, MODEL, ENGINE, POLICY},
    ANALYZER_IO: ANALYZER,
    WIRE: {NET, WIRE},
    FLOW: {NET, WIRE, FLOW},
    PATH: {NET, MODEL, ENGINE, WIRE, FLOW, PATH},
    SIMULATOR_IO: ANALYZER | SIMULATOR,
    "cli": ANALYZER | SIMULATOR | {"cli", "rules"},
    # Checks what the others say, so it may use nothing of theirs.
    VERIFY: {VERIFY},
}
PURE = {NET, CERTIFICATE, MODEL, ENGINE, POLICY, WIRE, FLOW, PATH}
NOT_PURE = re.compile(r"(iostream|fstream|filesystem|random)$")

# Libraries that have one home: what the include starts with, the folders, and whether headers may name it.
HOMES = [
    (re.compile(r"(yaml-cpp/|pugixml)"), {ANALYZER_IO}, False),
    (re.compile(r"nlohmann/"), {ANALYZER_IO, VERIFY}, False),
    (re.compile(r"boost/multiprecision/"), {VERIFY}, False),
    (re.compile(r"(pcap[./]|zlib\.h|zstd)"), {SIMULATOR_IO}, False),
    (re.compile(r"openssl/(?!sha\.h)"), {CERTIFICATE}, False),
    (re.compile(r"openssl/sha\.h"), {CERTIFICATE, POLICY}, False),
    (re.compile(r"CLI/"), {"cli"}, True),
    (re.compile(r"boost/graph/"), {MODEL, PATH}, True),
]

# Headers that show such a library: to the renderers of other layers, or to the folder's own sources.
DOORS = {"analyzer/io/json_parts.hpp", "analyzer/certificate/openssl_parts.hpp"}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
SPDX = "// SPDX-License-Identifier: Apache-2.0"


def folder_of(path):
    """The layer of a root-relative path: "analyzer/net", "cli", or None for what is no layer (tests)."""
    parts = path.split("/")
    for candidate in ("/".join(parts[:2]), parts[0]):
        if candidate in ALLOWED or candidate == "rules":
            return candidate
    return None


def breach_of(file, folder, quote, target):
    """Why `file` of `folder` may not include `target`; None when it may."""
    aim = folder_of(target) if "/" in target else None
    if quote == '"' and aim is None:
        return f'"{target}" is not relative to the root, or of no layer'
    if aim is not None and aim not in ALLOWED[folder]:
        return f"{folder} must not include {aim} ({target})"
    if folder in PURE and NOT_PURE.match(target):
        return f"{folder} is pure and must not include <{target}>"
    for library, homes, in_headers in HOMES:
        if not library.match(target):
            continue
        if folder not in homes:
            return f"<{target}> belongs in {' or '.join(sorted(homes))} only"
        if not in_headers and file.endswith(".hpp") and file not in DOORS:
            return f"<{target}> belongs in a .cpp file, not in a header"
    return None


def check_file(root, path):
    file = path.relative_to(root).as_posix()
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != SPDX:
        yield f"{file}:1: the first line is not {SPDX}"
    if path.suffix == ".hpp" and "#pragma once" not in lines:
        yield f"{file}:1: no #pragma once"
    folder = folder_of(file)
    if folder not in ALLOWED:
        return
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        breach = found and breach_of(file, folder, *found.groups())
        if breach:
            yield f"{file}:{number}: {breach}"


def sources_of(root):
    for top in ("analyzer", "simulator", "cli", "rules", "tests"):
        for path in sorted((root / top).rglob("*.[ch]pp")):
            # The specimens of this check's own test.
            if "violations" not in path.relative_to(root).parts:
                yield path


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    files = list(sources_of(root))
    if not files:
        sys.exit(f"{root}: no sources, so nothing was checked")
    breaches = [breach for path in files for breach in check_file(root, path)]
    print("\n".join(breaches) if breaches else f"{len(files)} files, no breach")
    sys.exit(1 if breaches else 0)


if __name__ == "__main__":
    main()
