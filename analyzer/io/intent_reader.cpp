// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/intent_reader.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/flow_pattern.hpp"
#include "analyzer/io/yaml.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using policy::Expectation;
using policy::ExpectationKind;
using policy::FlowPattern;

constexpr std::array<std::string_view, 5> kKeys{"nsg", "severity", "must", "mustNot", "only"};
constexpr std::array<std::string_view, 8> kEntryKeys{"name",     "nsg",  "severity", "direction",
                                                     "protocol", "from", "to",       "ports"};
constexpr std::array<std::string_view, 9> kOnlyKeys{"name", "nsg", "severity", "direction", "protocol",
                                                    "from", "to",  "ports",    "allow"};
constexpr std::array<std::string_view, 4> kAllowKeys{"protocol", "from", "to", "ports"};

constexpr unsigned kV4 = 1;
constexpr unsigned kV6 = 2;

/// The families that entries can hold; names may hold both.
unsigned families_of(const std::vector<model::AddressItem>& items) {
  unsigned out = 0;
  for (const model::AddressItem& item : items) {
    if (const auto* block = std::get_if<model::Block>(&item.value))
      out |= std::holds_alternative<net::Prefix4>(block->prefix) ? kV4 : kV6;
    else if (const auto* range = std::get_if<model::AddressRange>(&item.value))
      out |= net::family_of(range->low) == net::Family::V4 ? kV4 : kV6;
    else
      out |= kV4 | kV6;
  }
  return out;
}

class IntentReader {
 public:
  /// `placed` is told of each expectation and where it stands.
  using Placed = std::function<void(Expectation&, SourceSpan)>;
  IntentReader(PolicyFaults& faults, Placed placed) : faults_{faults}, placed_{std::move(placed)} {}

  policy::Intent read(const Node& root) {
    policy::Intent intent;
    if (!check_keys(root, "the intent", kKeys, faults_)) return intent;
    if (const Node* nsg = root.find("nsg")) nsgs_ = names(*nsg);
    if (const Node* word = root.find("severity")) severity_ = read_severity(*word, faults_);
    const std::array<std::pair<std::string_view, ExpectationKind>, 3> kinds{
        {{"must", ExpectationKind::Must}, {"mustNot", ExpectationKind::MustNot}, {"only", ExpectationKind::Only}}};
    for (const auto& [key, value] : root.members())
      for (const auto& [word, kind] : kinds)
        if (key == word) read_list(value, key, kind, intent.expectations);
    if (intent.expectations.empty())
      faults_.add_missing(root, "the intent states nothing: it needs entries under \"must\", \"mustNot\" or \"only\"");
    return intent;
  }

 private:
  void read_list(const Node& list, std::string_view key, ExpectationKind kind, std::vector<Expectation>& out) {
    if (!list.is(Node::Kind::Array)) {
      faults_.add(list.span, fmt::format("\"{}\" must be a list of expectations", key));
      return;
    }
    for (const Node& entry : list.items()) out.push_back(read_entry(entry, kind));
  }

  Expectation read_entry(const Node& entry, ExpectationKind kind) {
    Expectation out;
    out.kind = kind;
    out.nsgs = nsgs_;
    out.severity = severity_;
    const bool only = kind == ExpectationKind::Only;
    if (!check_keys(entry, "the expectation", only ? Words{kOnlyKeys} : Words{kEntryKeys}, faults_)) return out;
    if (const Node* nsg = entry.find("nsg")) out.nsgs = names(*nsg);
    if (const Node* word = entry.find("severity")) out.severity = read_severity(*word, faults_);
    FlowPattern any{net::Direction::Inbound, net::all_protocols(), {anywhere()}, {anywhere()}, net::PortSet::all(), {}};
    if (const Node* direction = entry.find("direction")) any.direction = direction_of(*direction);
    out.flows = flows(entry, any);
    if (only) read_allowed(entry, out);
    if (const Node* name = entry.find("name"))
      out.name = text_of(*name, "name", faults_);
    else
      out.name = (only ? "only " : "") + policy::pattern_words(out.flows);
    placed_(out, entry.span);
    return out;
  }

  void read_allowed(const Node& entry, Expectation& out) {
    const Node* allow = required(entry, "allow", "the expectation", faults_);
    if (allow == nullptr) return;
    if (!allow->is(Node::Kind::Array)) {
      faults_.add(allow->span, "\"allow\" must be a list of flows; [] for none");
      return;
    }
    for (const Node& item : allow->items())
      if (check_keys(item, "the allowed flows", kAllowKeys, faults_)) out.allow.push_back(flows(item, out.flows));
  }

  // The short words of explain, too.
  net::Direction direction_of(const Node& node) {
    if (net::same_word(node.text, "in")) return net::Direction::Inbound;
    if (net::same_word(node.text, "out")) return net::Direction::Outbound;
    return read_direction(node, faults_);
  }

  static model::AddressItem anywhere() { return model::parse_address_item("*", {}, false); }

  /// What is left out is that of `rest`.
  FlowPattern flows(const Node& entry, const FlowPattern& rest) {
    FlowPattern out = rest;
    const Node* protocol = entry.find("protocol");
    const Node* ports = entry.find("ports");
    if (protocol != nullptr) out.protocols = read_protocols(*protocol, faults_);
    if (const Node* from = entry.find("from")) out.from = read_addresses(*from, "from", faults_);
    if (const Node* to = entry.find("to")) out.to = read_addresses(*to, "to", faults_);
    if (ports != nullptr) {
      // Who names ports means the two protocols that people know by port.
      const net::ProtocolSet usual = net::protocol_set({net::kTcp, net::kUdp});
      if (protocol == nullptr && (out.protocols & ~net::ported_protocols()).any()) out.protocols &= usual;
      out.with_forwarder_port = false;
      read_ports(*ports, out, faults_);
    } else if (protocol != nullptr && (out.protocols & ~net::ported_protocols()).any()) {
      out.ports = net::PortSet::all();
      out.with_forwarder_port = false;
    }
    if (out.protocols.none() && faults_.empty())
      faults_.add(entry.span, "no protocol is left: those around it have no ports");
    if ((families_of(out.from) & families_of(out.to)) == 0 && !out.from.empty() && !out.to.empty())
      faults_.add(entry.span, fmt::format("no packet goes from {} to {}: one is IPv4, the other IPv6",
                                          out.from.front().text, out.to.front().text));
    return out;
  }

  std::vector<std::string> names(const Node& node) {
    std::vector<std::string> out;
    for (const Node* item : scalars_of(node, "nsg", faults_)) out.push_back(text_of(*item, "nsg", faults_));
    return out;
  }

  PolicyFaults& faults_;
  Placed placed_;
  std::vector<std::string> nsgs_;
  std::optional<policy::Severity> severity_;
};

}  // namespace

policy::Intent read_intent(const Node& node, PolicyFaults& faults) {
  return IntentReader{faults, [](Expectation&, SourceSpan) {}}.read(node);
}

tl::expected<policy::Intent, Diagnostic> read_intent(std::string_view file, std::string_view yaml) {
  const auto document = parse_yaml(std::string{file}, yaml);
  if (!document) return tl::unexpected{document.error()};
  PolicyFaults faults;
  const auto placed = [&](Expectation& one, SourceSpan span) {
    const Position position = position_of(*document, span);
    one.line = position.line;
    one.column = position.column;
  };
  policy::Intent intent = IntentReader{faults, placed}.read(document->root);
  if (!faults.empty()) {
    const PolicyFaults::Fault& fault = faults.first();
    return tl::unexpected{Diagnostic{document->file, position_of(*document, fault.span), fault.message}};
  }
  intent.file = file;
  return intent;
}

}  // namespace nsgcheck::io
