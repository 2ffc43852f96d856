// SPDX-License-Identifier: Apache-2.0
#include "tests/analyzer_io/render_sample.hpp"

#include <stdexcept>

#include "analyzer/io/rule_reader.hpp"
#include "analyzer/model/legality.hpp"
#include "analyzer/model/rule_text.hpp"

namespace nsgcheck::io {
namespace {

using policy::Policy;
using policy::Severity;

std::vector<model::AddressItem> side(std::string_view text) { return {model::parse_address_item(text, {}, false)}; }

policy::FlowPattern inbound(net::ProtocolSet protocols, std::string_view from, net::PortSet ports,
                            bool with_forwarder_port = false) {
  return {net::Direction::Inbound, protocols,        side(from),
          side("VirtualNetwork"),  std::move(ports), with_forwarder_port};
}

const auto kRdp = net::PortSet::range(3389, 3389);

constexpr std::string_view kWeb = R"([
  {
    "name": "web-nsg",
    "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/web-nsg",
    "properties": {
      "securityRules": [
        {
          "name": "AllowRdp",
          "properties": {
            "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
            "sourceAddressPrefix": "*", "sourcePortRange": "*",
            "destinationAddressPrefix": "*", "destinationPortRange": "3389"
          }
        },
        {
          "name": "AllowRdpFromOps",
          "properties": {
            "priority": 110, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
            "sourceAddressPrefix": "203.0.113.0/24", "sourcePortRange": "*",
            "destinationAddressPrefix": "*", "destinationPortRange": "3389"
          }
        },
        {
          "name": "AllowForwarderFromBranches",
          "properties": {
            "priority": 120, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
            "sourceAddressPrefixes": ["198.51.100.0/24", "198.51.100.7/32", "2001:db8:1::/48"],
            "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "20000"
          }
        },
        {
          "name": "Reversed",
          "properties": {
            "priority": 4000, "direction": "Outbound", "access": "Deny", "protocol": "Udp",
            "sourceAddressPrefix": "*", "sourcePortRange": "*",
            "destinationAddressPrefix": "*", "destinationPortRange": "9000-8000"
          }
        }
      ]
    }
  }
]
)";

constexpr std::string_view kQuiet = R"({
  "name": "db-nsg",
  "properties": {"securityRules": [
    {"name": "AllowSqlFromPartner", "properties": {"priority": 200, "direction": "Inbound", "access": "Allow",
      "protocol": "Tcp", "sourceAddressPrefix": "203.0.113.9", "sourcePortRange": "*",
      "destinationAddressPrefix": "10.0.2.0/24", "destinationPortRange": "1433"}}
  ]}
}
)";

constexpr std::string_view kUnsettled = R"({
  "name": "ops-nsg",
  "properties": {"securityRules": [
    {"name": "AllowForwarderFromPipelines", "properties": {"priority": 300, "direction": "Inbound", "access": "Allow",
      "protocol": "*", "sourceAddressPrefix": "AzureDevOps", "sourcePortRange": "*",
      "destinationAddressPrefix": "*", "destinationPortRange": "20000"}},
    {"name": "AllowRdpFromBranch", "properties": {"priority": 310, "direction": "Inbound", "access": "Allow",
      "protocol": "Tcp", "sourceAddressPrefix": "789", "sourcePortRange": "*",
      "destinationAddressPrefix": "*", "destinationPortRange": "3389"}},
    {"name": "DenyRdpInside", "properties": {"priority": 400, "direction": "Inbound", "access": "Deny",
      "protocol": "Tcp", "sourceAddressPrefix": "VirtualNetwork", "sourcePortRange": "*",
      "destinationAddressPrefix": "*", "destinationPortRange": "3389"}}
  ]}
}
)";

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr std::string_view kHex = "0123456789abcdef";
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (byte < 0x20)
      out += std::string{"\\u00"} + kHex[byte >> 4U] + kHex[byte & 15U];
    else
      out += c;
  }
  return out + '"';
}

}  // namespace

void Sample::add(std::string file, std::string_view json) {
  auto document = parse_json(file, json, static_cast<std::uint32_t>(documents.size()));
  if (!document) throw std::runtime_error{document.error().message};
  documents.push_back(std::move(*document));
  report.files.push_back(file);
  if (report.policies.empty()) report.policies = sample_policies();
  InputReport input;
  input.file = file;
  const Node& root = documents.back().root;
  input.format = root.is(Node::Kind::Array) ? "rest-list" : "rest";
  const auto judge = [&](const Node& node) {
    model::Nsg nsg = model::with_defaults(read_nsg(node, file));
    model::find_faults(nsg);
    const auto index = static_cast<std::uint32_t>(report.nsgs.size());
    auto audit = policy::audit_nsg(nsg, index, model::default_context(), report.policies, {});
    ++input.nsgs;
    input.rules +=
        model::count_user_rules(nsg, net::Direction::Inbound) + model::count_user_rules(nsg, net::Direction::Outbound);
    report.nsgs.push_back({std::move(nsg), std::move(audit), {}});
  };
  if (root.is(Node::Kind::Array))
    for (const Node& node : root.items()) judge(node);
  else
    judge(root);
  report.inputs.push_back(std::move(input));
}

std::vector<Policy> sample_policies() {
  const auto tcp_udp = net::protocol_set({net::kTcp, net::kUdp});
  const auto tcp = net::protocol_set({net::kTcp});
  const policy::BySource graded{Severity::Critical, Severity::High, Severity::Low};
  const policy::BySource milder{Severity::High, Severity::Medium, Severity::Info};
  return {
      {"NSG-RDP-001",
       "Remote desktop is open to the Internet",
       graded,
       {policy::Forbid{inbound(tcp_udp, "Internet", kRdp)}},
       "Remote desktop that anybody can reach is found by scanners within minutes and is the usual way in for "
       "ransomware.",
       "Allow 3389 from the addresses of your administrators only, or go through Azure Bastion or a VPN.",
       {"CIS Azure Foundations 2.0: 6.1",
        "https://learn.microsoft.com/azure/security/fundamentals/network-best-practices"},
       {"CKV_AZURE_9"}},
      {"NSG-RDP-002",
       "The forwarder port is open to the Internet",
       milder,
       {policy::Forbid{inbound(tcp, "Internet", {}, true)}},
       "Clients of remote desktop through the balancer come in on this port.",
       "Name the networks of the clients.",
       {},
       {}},
      {"NSG-RDP-004",
       "Remote desktop is denied inside the virtual network",
       Severity::High,
       {policy::Require{inbound(tcp, "VirtualNetwork", kRdp)}},
       "The forwarder reaches the wanted instance from inside the virtual network.",
       "Allow tcp 3389 from VirtualNetwork above the rule that denies it.",
       {},
       {}},
      {"NSG-HYG-001",
       "A rule is shadowed",
       Severity::Medium,
       {policy::Hygiene{engine::HygieneKind::Shadowed}},
       "Its author thinks that it works.",
       "Move it up or remove it.",
       {},
       {}},
      {"NSG-HYG-002",
       "A rule is redundant",
       Severity::Info,
       {policy::Hygiene{engine::HygieneKind::Redundant}},
       "Rules without effect hide those that have one.",
       "Remove it.",
       {},
       {}},
      {"NSG-HYG-006",
       "A list entry is covered by another",
       Severity::Info,
       {policy::CoveredEntry{}},
       "",
       "Remove the entry.",
       {},
       {}},
      {"NSG-VALID-005",
       "A port range is reversed",
       Severity::High,
       {policy::Validity{model::FaultKind::ReversedPortRange}},
       "The deployment would fail.",
       "Write low-high.",
       {},
       {}},
  };
}

void fill_full(Sample& sample) {
  sample.add("nsgs/web.json", kWeb);
  sample.add("nsgs/db.json", kQuiet);
  sample.add("nsgs/ops.json", kUnsettled);
  AuditReport& report = sample.report;
  const Node& root = sample.documents[1].root;
  report.inputs[1].skipped = {{root.span, "resource of type Microsoft.Web/sites"},
                              {root.span, "resource of type Microsoft.Web/sites"},
                              {root.span, "output `subnetId`"}};
  report.inputs.push_back({"nsgs/empty.json", "rest-list", 0, 0, {}, {}, true});
  report.inputs.push_back(
      {"nsgs/broken.json", "", 0, 0, {}, {{"nsgs/broken.json", {3, 14, 3, 15}, "expected ',' but found '}'"}}, false});
  report.nsgs[0].audit.findings.back().status = policy::Status::Suppressed;
  report.assumptions =
      policy::assumptions({"virtual-network-default", "forwarder-port-default"}, model::default_context(), {});
}

void fill_hostile(Sample& sample, const std::string& name) {
  const std::string text = quoted(name);
  // Bytes that are no UTF-8 cannot come from a parsed document, but from a caller: they are put in afterwards.
  const std::string rule = R"({"name": "X", "properties": {"priority": 100, "direction": "Inbound", "access": "Allow",
      "protocol": "Tcp", "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*",
      "destinationPortRange": "3389"}})";
  sample.add(name, R"({"name": "N", "properties": {"securityRules": [)" + rule + "]}}");
  AuditReport& report = sample.report;
  NsgReport& nsg = report.nsgs.front();
  nsg.nsg.name = name;
  nsg.nsg.id = name;
  nsg.nsg.rules.front().name = name;
  nsg.audit.undecided = {0};
  for (policy::Policy& policy : report.policies) policy.title = policy.rationale = policy.remediation = name;
  for (policy::Finding& finding : nsg.audit.findings) {
    finding.message = name + " allows " + name;
    finding.rule = 0;
    for (policy::NamedRegion& region : finding.region) region.source = {name};
    if (finding.witness) finding.witness->source = name;
    finding.assumptions = {name};
  }
  for (policy::PortVerdict& row : nsg.audit.ports)
    for (policy::NamedRegion& region : row.judgement.region) region.source = {name};
  report.assumptions = {{name, name}};
  report.inputs.front().skipped = {{sample.documents.front().root.span, name}};
  report.inputs.front().errors = {{name, {1, 1, 1, 2}, name}};
  report.inputs.push_back({name, name, 0, 0, {}, {}, true});
  // A second document whose quoted line holds the name as far as JSON can.
  if (name.find_first_of("\x80\xff\xfe") == std::string::npos)
    sample.add("second.json",
               R"({"name": "N", "properties": {"securityRules": [{"name": )" + text + rule.substr(12) + "]}}");
}

}  // namespace nsgcheck::io
