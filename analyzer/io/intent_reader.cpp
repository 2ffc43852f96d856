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

constexpr std::array<std::string_view, 6> kKeys{"nsg", "judged", "severity", "must", "mustNot", "only"};
constexpr std::array<std::string_view, 9> kEntryKeys{"name",     "nsg",  "judged", "severity", "direction",
                                                     "protocol", "from", "to",     "ports"};
constexpr std::array<std::string_view, 10> kOnlyKeys{"name",     "nsg",  "judged", "severity", "direction",
                                                     "protocol", "from", "to",     "ports",    "allow"};
constexpr std::array<std::string_view, 2> kJudgedWords{"nsg", "path"};
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
    if (const Node* word = root.find("judged")) whole_way_ = read_judged(*word);
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
    FlowPattern any{
        net::Direction::Inbound, net::all_protocols(), {anywhere()}, {anywhere()}, net::PortSet::all(), {}, {}, {}};
    const Node* direction = entry.find("direction");
    if (direction != nullptr) any.direction = direction_of(*direction);
    out.flows = flows(entry, any);
    // Who names the sender alone means what it sends.
    if (direction == nullptr && out.flows.to_places.empty() && !out.flows.from_places.empty())
      out.flows.direction = net::Direction::Outbound;
    if (only) read_allowed(entry, out);
    settle_judged(entry, out);
    if (const Node* name = entry.find("name"))
      out.name = text_of(*name, "name", faults_);
    else
      out.name = (only ? "only " : "") + policy::pattern_words(out.flows);
    placed_(out, entry.span);
    return out;
  }

  std::optional<bool> read_judged(const Node& node) {
    const std::string word = text_of(node, "judged", faults_);
    for (const std::string_view known : kJudgedWords)
      if (net::same_word(word, known)) return known == "path";
    if (!word.empty()) faults_.add(node.span, no_such_word(word, "kind of judging", kJudgedWords));
    return std::nullopt;
  }

  // Whether it is about whole ways: it says so, or names what only a network has.
  void settle_judged(const Node& entry, Expectation& out) {
    const auto names_place = [](const FlowPattern& one) { return !one.from_places.empty() || !one.to_places.empty(); };
    const bool named = names_place(out.flows) || std::any_of(out.allow.begin(), out.allow.end(), names_place);
    const Node* word = entry.find("judged");
    const std::optional<bool> said = word != nullptr ? read_judged(*word) : whole_way_;
    if (word != nullptr && named && said == false)
      faults_.add(word->span, "an NSG by itself knows no instance, role or subnet: \"judged\" must be \"path\"");
    out.whole_way = named || said.value_or(false);
    if (!out.whole_way) return;
    out.nsgs.clear();
    if (const Node* nsg = entry.find("nsg"))
      faults_.add(nsg->span, "\"nsg\" is for expectations of one NSG; this one is about whole ways");
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

  void read_side(const Node& node, std::string_view key, std::vector<model::AddressItem>& items,
                 std::vector<policy::PlaceName>& places) {
    places.clear();
    items = read_addresses(node, key, faults_, &places);
  }

  /// What is left out is that of `rest`.
  FlowPattern flows(const Node& entry, const FlowPattern& rest) {
    FlowPattern out = rest;
    const Node* protocol = entry.find("protocol");
    const Node* ports = entry.find("ports");
    if (protocol != nullptr) out.protocols = read_protocols(*protocol, faults_);
    if (const Node* from = entry.find("from")) read_side(*from, "from", out.from, out.from_places);
    if (const Node* to = entry.find("to")) read_side(*to, "to", out.to, out.to_places);
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
  std::optional<bool> whole_way_;  ///< what `judged` of the file says
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
