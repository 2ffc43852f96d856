// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/policy_ask.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analyzer/model/rule_text.hpp"
#include "analyzer/model/value_faults.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/cloud_check.hpp"
#include "analyzer/policy/suppression.hpp"

namespace nsgcheck::io {
namespace {

using policy::FlowPattern;

constexpr std::string_view kForwarder = "forwarder";
constexpr std::array<std::string_view, 12> kAskKeys{"forbid",     "forbid-whole", "require",       "when-allowed",
                                                    "when-named", "need-some",    "need-all",      "open-source-port",
                                                    "hygiene",    "validity",     "cloud-service", "suppression"};
constexpr std::array<std::string_view, 5> kPatternKeys{"direction", "protocol", "from", "to", "ports"};
constexpr std::array<std::string_view, 2> kDirections{"inbound", "outbound"};
constexpr std::array<std::string_view, 7> kProtocols{"tcp", "udp", "sctp", "icmp", "esp", "ah", "any"};

struct HygieneWord {
  std::string_view word;
  engine::HygieneKind kind;
};
constexpr std::array kHygieneWords{
    HygieneWord{"shadowed", engine::HygieneKind::Shadowed},
    HygieneWord{"redundant", engine::HygieneKind::Redundant},
    HygieneWord{"partially-shadowed", engine::HygieneKind::PartiallyShadowed},
    HygieneWord{"never-matches", engine::HygieneKind::NeverMatches},
    HygieneWord{"correlated", engine::HygieneKind::Correlated},
};
constexpr std::string_view kCoveredEntry = "covered-entry";

/// Every code of model::FaultKind, for messages.
std::vector<std::string_view> fault_codes() {
  std::vector<std::string_view> out;
  for (int kind = 0; kind <= static_cast<int>(model::FaultKind::WrongType); ++kind)
    out.push_back(model::code(static_cast<model::FaultKind>(kind)));
  return out;
}

class PatternReader {
 public:
  PatternReader(const Node& node, PolicyFaults& faults) : node_{node}, faults_{faults} {}

  FlowPattern read() {
    FlowPattern pattern;
    if (!check_keys(node_, "the flows", kPatternKeys, faults_)) return pattern;
    if (const Node* node = needed("direction")) pattern.direction = direction(*node);
    if (const Node* node = needed("protocol")) pattern.protocols = protocols(*node);
    if (const Node* node = needed("from")) pattern.from = addresses(*node, "from");
    if (const Node* node = needed("to")) pattern.to = addresses(*node, "to");
    const Node* ports = node_.find("ports");
    if (ports == nullptr) {
      pattern.ports = net::PortSet::all();
      return pattern;
    }
    read_ports(*ports, pattern);
    // Such a pattern would take in all of ICMP beside the ports that it names.
    if ((pattern.protocols & ~net::ported_protocols()).any())
      faults_.add(ports->span, "\"ports\" need a protocol with ports: tcp, udp or sctp");
    return pattern;
  }

 private:
  const Node* needed(std::string_view key) { return required(node_, key, "the flows", faults_); }

  net::Direction direction(const Node& node) {
    const std::string text = text_of(node, "direction", faults_);
    const auto parsed = model::parse_direction(text);
    if (!parsed && !text.empty()) faults_.add(node.span, no_such_word(text, "direction", kDirections));
    return parsed.value_or(net::Direction::Inbound);
  }

  net::ProtocolSet protocols(const Node& node) {
    net::ProtocolSet out;
    for (const Node* item : scalars_of(node, "protocol", faults_)) {
      const auto parsed = model::parse_protocols(item->text);
      if (parsed)
        out |= *parsed;
      else
        faults_.add(item->span, no_such_word(item->text, "protocol", kProtocols));
    }
    return out;
  }

  std::vector<model::AddressItem> addresses(const Node& node, std::string_view key) {
    std::vector<model::AddressItem> out;
    for (const Node* item : scalars_of(node, key, faults_)) {
      model::AddressItem address = model::parse_address_item(item->text, {}, false);
      const auto* block = std::get_if<model::Block>(&address.value);
      if (std::holds_alternative<model::Undetermined>(address.value)) {
        faults_.add(item->span,
                    fmt::format("{} is no address, CIDR block, service tag or \"*\"", model::quoted(item->text)));
      } else if (block != nullptr && block->host_bits) {
        faults_.add(item->span, fmt::format("{} has bits below its prefix length", model::quoted(item->text)));
      }
      out.push_back(std::move(address));
    }
    return out;
  }

  static std::optional<net::PortSet> port_run(std::string_view text) {
    constexpr unsigned kLastPort = 65535;
    const auto dash = text.find('-');
    const auto low = parse_count(text.substr(0, dash), kLastPort);
    const auto high = dash == std::string_view::npos ? low : parse_count(text.substr(dash + 1), kLastPort);
    if (!low || !high || *high < *low) return std::nullopt;
    return net::PortSet::range(static_cast<net::Port>(*low), static_cast<net::Port>(*high));
  }

  void read_ports(const Node& node, FlowPattern& pattern) {
    for (const Node* item : scalars_of(node, "ports", faults_)) {
      if (item->text == kForwarder) {
        pattern.with_forwarder_port = true;
      } else if (const auto run = port_run(item->text)) {
        pattern.ports = pattern.ports | *run;
      } else {
        faults_.add(item->span,
                    fmt::format("{} is no port: a number 0 to 65535 without leading zeros, low-high, or \"forwarder\"",
                                model::quoted(item->text)));
      }
    }
  }

  const Node& node_;
  PolicyFaults& faults_;
};

std::optional<policy::Ask> read_hygiene(const Node& node, PolicyFaults& faults) {
  const std::string word = text_of(node, "hygiene", faults);
  if (word == kCoveredEntry) return policy::CoveredEntry{};
  std::vector<std::string_view> words;
  for (const HygieneWord& each : kHygieneWords) {
    if (each.word == word) return policy::Hygiene{each.kind};
    words.push_back(each.word);
  }
  words.push_back(kCoveredEntry);
  faults.add(node.span, no_such_word(word, "kind of hygiene", words));
  return std::nullopt;
}

std::optional<policy::Ask> read_validity(const Node& node, PolicyFaults& faults) {
  const std::string word = text_of(node, "validity", faults);
  if (const auto kind = model::fault_kind(word)) return policy::Validity{*kind};
  faults.add(node.span, no_such_word(word, "kind of fault", fault_codes()));
  return std::nullopt;
}

std::optional<policy::Ask> read_cloud_service(const Node& node, PolicyFaults& faults) {
  const std::string word = text_of(node, "cloud-service", faults);
  if (const auto check = policy::cloud_check(word)) return policy::CloudAsk{*check};
  faults.add(node.span, no_such_word(word, "check of a Cloud Service", policy::cloud_check_codes()));
  return std::nullopt;
}

std::optional<policy::Ask> read_suppression(const Node& node, PolicyFaults& faults) {
  const std::string word = text_of(node, "suppression", faults);
  if (const auto check = policy::suppression_check(word)) return policy::SuppressionAsk{*check};
  faults.add(node.span, no_such_word(word, "check of a suppression", policy::suppression_check_codes()));
  return std::nullopt;
}

std::optional<policy::Ask> read_pair(const Node& ask, PolicyFaults& faults) {
  const Node* named = ask.find("when-named");
  const Node* when = named != nullptr ? named : required(ask, "when-allowed", "the ask", faults);
  const Node* all = named != nullptr ? ask.find("need-all") : nullptr;
  const Node* need = all != nullptr ? all : required(ask, "need-some", "the ask", faults);
  if (when == nullptr || need == nullptr) return std::nullopt;
  FlowPattern first = PatternReader{*when, faults}.read();
  FlowPattern second = PatternReader{*need, faults}.read();
  if (named == nullptr) return policy::RequireSome{std::move(first), std::move(second)};
  return policy::Prerequisite{std::move(first), std::move(second), all != nullptr};
}

std::optional<policy::Ask> read_ask(const Node& ask, PolicyFaults& faults) {
  if (!check_keys(ask, "the ask", kAskKeys, faults)) return std::nullopt;
  constexpr std::array<std::string_view, 4> kPairKeys{"when-allowed", "when-named", "need-some", "need-all"};
  const bool is_pair =
      std::any_of(kPairKeys.begin(), kPairKeys.end(), [&](std::string_view key) { return ask.find(key) != nullptr; });
  if (ask.members().size() != (is_pair ? 2 : 1)) {
    faults.add(ask.span,
               "an ask has one key, \"when-allowed\" with \"need-some\", or \"when-named\" with \"need-some\" or "
               "\"need-all\"; write a list for several asks");
    return std::nullopt;
  }
  if (is_pair) return read_pair(ask, faults);
  const auto& [key, value] = ask.members().front();
  if (key == "hygiene") return read_hygiene(value, faults);
  if (key == "validity") return read_validity(value, faults);
  if (key == "cloud-service") return read_cloud_service(value, faults);
  if (key == "suppression") return read_suppression(value, faults);
  FlowPattern flows = PatternReader{value, faults}.read();
  if (key == "forbid") return policy::Forbid{std::move(flows)};
  if (key == "forbid-whole") return policy::ForbidWhole{std::move(flows)};
  if (key == "require") return policy::Require{std::move(flows)};
  if (key == "open-source-port") return policy::OpenSourcePort{std::move(flows)};
  return std::nullopt;
}

}  // namespace

std::vector<policy::Ask> read_asks(const Node& node, PolicyFaults& faults) {
  std::vector<policy::Ask> asks;
  const auto add = [&](const Node& ask) {
    if (auto read = read_ask(ask, faults)) asks.push_back(*std::move(read));
  };
  if (!node.is(Node::Kind::Array)) {
    add(node);
    return asks;
  }
  if (node.items().empty()) faults.add(node.span, "the ask is an empty list");
  for (const Node& ask : node.items()) add(ask);
  return asks;
}

}  // namespace nsgcheck::io
