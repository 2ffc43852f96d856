#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes large rule sets and a large flow log to measure reading with.

Usage: large_inputs.py DIRECTORY [SCALE]. SCALE 1 (the default) gives a Terraform plan of about 80 MB with rules inside
their groups, one of about 105 MB with rules that stand alone and refer to their group, a REST list of 5,000 groups of 200
rules in few members (about 250 MB), one as Azure writes it (tenant.json, about 770 MB) and a flow log of two million tuples (about 120 MB). Same arguments, same bytes.
"""
import json
import pathlib
import sys

LISTS = ("source_port_ranges", "destination_port_ranges", "source_address_prefixes", "destination_address_prefixes",
         "source_application_security_group_ids", "destination_application_security_group_ids")


def terraform_rule(group, i, unset):
    rule = {"name": f"rule-{i}", "priority": 100 + i, "direction": "Inbound" if i % 2 else "Outbound",
            "access": "Allow" if i % 7 else "Deny", "protocol": "Tcp" if i % 3 else "*", "source_port_range": "*",
            "destination_port_range": str(1000 + i * 7), "source_address_prefix": f"10.{group % 250}.{i % 250}.0/24",
            "destination_address_prefix": "*", "description": ""}
    return rule | {name: unset for name in LISTS}


def resource(kind, index, **more):
    return {"address": f"{kind}.x[{index}]", "mode": "managed", "type": kind, "name": "x", "index": index} | more


def change(after, unknown):
    return {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown}


def group_of(index, rules):
    return {"name": f"nsg-{index}", "location": "westeurope", "resource_group_name": "rg", "security_rule": rules}


def write_list(file, items):
    for number, item in enumerate(items):
        file.write("," if number else "")
        json.dump(item, file)


def inline_plan(file, groups, rules):
    kind = "azurerm_network_security_group"

    def values(g):
        return group_of(g, [terraform_rule(g, i, []) for i in range(rules)])

    file.write('{"format_version":"1.2","planned_values":{"root_module":{"resources":[')
    write_list(file, (resource(kind, g, values=values(g)) for g in range(groups)))
    file.write(']}},"resource_changes":[')
    write_list(file, (resource(kind, g, change=change(values(g), {"id": True})) for g in range(groups)))
    file.write("]}")


def lone_plan(file, groups, rules, by_name):
    """Every rule stands alone; with `by_name` it names its group, else the configuration refers to it."""

    def changes():
        for g in range(groups):
            after = {"resource_group_name": "rg"} | ({"name": f"nsg-{g}"} if by_name else {})
            unknown = {"id": True, "security_rule": True} | ({} if by_name else {"name": True})
            yield resource(f"azurerm_network_security_group", g, change=change(after, unknown)) | {
                "address": f"azurerm_network_security_group.g{g}"}
            for i in range(rules):
                rule = terraform_rule(g, i, None) | {"resource_group_name": "rg"}
                rule |= {"network_security_group_name": f"nsg-{g}"} if by_name else {}
                unknown = {"id": True} | ({} if by_name else {"network_security_group_name": True})
                yield resource("azurerm_network_security_rule", i, change=change(rule, unknown)) | {
                    "address": f"azurerm_network_security_rule.r{g}[{i}]"}

    file.write('{"format_version":"1.2","planned_values":{},"resource_changes":[')
    write_list(file, changes())
    file.write('],"configuration":{"root_module":{"resources":[')
    write_list(file, ({"address": f"azurerm_network_security_rule.r{g}", "expressions": {
        "network_security_group_name": {"references": [f"azurerm_network_security_group.g{g}.name",
                                                       f"azurerm_network_security_group.g{g}"]}}}
                      for g in range(groups)))
    file.write("]}}}")


def rest_list(file, groups, rules):
    def rule(g, i):
        return {"name": f"rule-{i}", "properties": {
            "priority": 100 + i, "direction": "Inbound" if i % 2 else "Outbound", "access": "Allow" if i % 7 else "Deny",
            "protocol": "Tcp" if i % 3 else "*", "sourcePortRange": "*", "destinationPortRange": str(1000 + i * 7),
            "sourceAddressPrefix": f"10.{g % 250}.{i % 250}.0/24", "destinationAddressPrefix": "*"}}

    file.write('{"value":[')
    write_list(file, ({"name": f"nsg-{g}", "type": "Microsoft.Network/networkSecurityGroups",
                       "id": f"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg-{g}",
                       "properties": {"securityRules": [rule(g, i) for i in range(rules)]}} for g in range(groups)))
    file.write("]}")


class Random:
    """Numbers that only depend on the seed: `random` may draw others in another version of Python."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound

    def choice(self, values):
        return values[self.below(len(values))]

    def guid(self):
        a, b, c, d = (self.below(2**30) for _ in range(4))
        return f"{a:08x}-{b % 65536:04x}-4{b % 4096:03x}-8{c % 4096:03x}-{c:08x}{d % 65536:04x}"


def tenant(file, groups, rules):
    """The answer of the list API as Azure writes it, with ids and etags; every other group is indented."""
    random = Random(7)

    def side(name, public):
        count = random.choice((1, 1, 1, 2, 4, 12))
        prefixes = [f"{random.choice((20, 40, 52, 104)) if public else 10}.{random.below(256)}.{random.below(256)}.0/24"
                    for _ in range(count)]
        return {f"{name}AddressPrefixes": prefixes} if count > 1 else {f"{name}AddressPrefix": prefixes[0]}

    def rule(group, place):
        first = 1024 + random.below(60000)
        ports = [str(first), f"{first + 10}-{first + 10 + random.below(500)}"][:1 + random.below(2)]
        one = {"destinationPortRange": ports[0]} if len(ports) == 1 else {"destinationPortRanges": ports}
        # Rules that say other than the default ones: others come in, own ones do not reach each other.
        inbound, public = random.below(3) > 0, random.below(2) > 0
        access = "Allow" if inbound and public else "Deny"
        properties = {"provisioningState": "Succeeded", "description": f"Change {random.below(100000)} of the team",
                      "protocol": random.choice(("Tcp", "Tcp", "Tcp", "Udp", "*")), "sourcePortRange": "*", **one,
                      **side("source", inbound and public), **side("destination", public and not inbound),
                      "access": access, "priority": 100 + place, "direction": "Inbound" if inbound else "Outbound"}
        for name in ("sourcePortRanges", "destinationPortRanges", "sourceAddressPrefixes", "destinationAddressPrefixes"):
            properties.setdefault(name, [])
        return {"name": f"rule-{place}", "id": f"{group}/securityRules/rule-{place}", "etag": f'W/"{random.guid()}"',
                "type": "Microsoft.Network/networkSecurityGroups/securityRules", "properties": properties}

    def values():
        for index in range(groups):
            group = (f"/subscriptions/{random.guid()}/resourceGroups/rg-{index % 97}/providers/Microsoft.Network/"
                     f"networkSecurityGroups/nsg-{index}")
            yield {"name": f"nsg-{index}", "id": group, "etag": f'W/"{random.guid()}"',
                   "type": "Microsoft.Network/networkSecurityGroups", "location": "westeurope",
                   "properties": {"provisioningState": "Succeeded", "resourceGuid": random.guid(),
                                  "securityRules": [rule(group, place) for place in range(rules)]}}

    file.write('{"value":[')
    for index, value in enumerate(values()):
        file.write(",\n" if index else "")
        json.dump(value, file, indent=2 if index % 2 else None)
    file.write("]}")


def flow_log(file, records, tuples):
    def line(r, i):
        return (f"{1772442000 + r * 60 + i % 60},203.0.{i % 250}.{r % 250},10.0.0.{i % 250},{1024 + (i * 7 + r) % 60000},"
                f"{3389 if i % 2 else 443},T,I,D,B,,,,")

    file.write('{"records":[')
    write_list(file, ({"resourceId": "/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/WEB-NSG",
                       "properties": {"Version": 2, "flows": [{"rule": "DefaultRule_DenyAllInBound", "flows": [
                           {"mac": "000D3AF87856", "flowTuples": [line(r, i) for i in range(tuples)]}]}]}}
                      for r in range(records)))
    file.write("]}")


def main():
    directory = pathlib.Path(sys.argv[1])
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    directory.mkdir(parents=True, exist_ok=True)

    def many(count):
        return max(1, round(count * scale))

    outputs = {
        "plan-inline.json": lambda file: inline_plan(file, many(420), 200),
        "plan-lone.json": lambda file: lone_plan(file, many(900), 150, True),
        "plan-lone-by-reference.json": lambda file: lone_plan(file, many(900), 150, False),
        "rest-list.json": lambda file: rest_list(file, many(5000), 200),
        "tenant.json": lambda file: tenant(file, many(5000), 200),
        "flow-log.json": lambda file: flow_log(file, many(2000), 1000),
    }
    for name, write in outputs.items():
        with open(directory / name, "w", encoding="utf-8") as file:
            write(file)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main()
