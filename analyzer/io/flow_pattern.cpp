// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/flow_pattern.hpp"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "analyzer/model/rule_text.hpp"
#include "analyzer/model/value_faults.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::string_view kForwarder = "forwarder";
constexpr std::string_view kAsg = "asg:";
constexpr std::array<std::string_view, 2> kDirections{"inbound", "outbound"};
constexpr std::array<std::string_view, 7> kProtocols{"tcp", "udp", "sctp", "icmp", "esp", "ah", "any"};

std::optional<net::PortSet> port_run(std::string_view text) {
  constexpr unsigned kLastPort = 65535;
  const auto dash = text.find('-');
  const auto low = parse_count(text.substr(0, dash), kLastPort);
  const auto high = dash == std::string_view::npos ? low : parse_count(text.substr(dash + 1), kLastPort);
  if (!low || !high || *high < *low) return std::nullopt;
  return net::PortSet::range(static_cast<net::Port>(*low), static_cast<net::Port>(*high));
}

// "role:WebRole1" and the like; empty: it names no place.
std::optional<policy::PlaceName> place_of(std::string_view text) {
  for (const policy::PlaceName::Kind kind : policy::kPlaceKinds) {
    const std::string_view word = policy::name(kind);
    if (text.size() > word.size() && text.starts_with(word) && text[word.size()] == ':')
      return policy::PlaceName{kind, std::string{text.substr(word.size() + 1)}};
  }
  return std::nullopt;
}

}  // namespace

net::Direction read_direction(const Node& node, PolicyFaults& faults) {
  const std::string text = text_of(node, "direction", faults);
  const auto parsed = model::parse_direction(text);
  if (!parsed && !text.empty()) faults.add(node.span, no_such_word(text, "direction", kDirections));
  return parsed.value_or(net::Direction::Inbound);
}

net::ProtocolSet read_protocols(const Node& node, PolicyFaults& faults) {
  net::ProtocolSet out;
  for (const Node* item : scalars_of(node, "protocol", faults)) {
    const auto parsed = model::parse_protocols(item->text);
    if (parsed)
      out |= *parsed;
    else
      faults.add(item->span, no_such_word(item->text, "protocol", kProtocols));
  }
  return out;
}

std::vector<model::AddressItem> read_addresses(const Node& node, std::string_view key, PolicyFaults& faults,
                                               std::vector<policy::PlaceName>* places) {
  std::vector<model::AddressItem> out;
  for (const Node* item : scalars_of(node, key, faults)) {
    const std::string_view text = item->text;
    if (const auto place = places == nullptr ? std::nullopt : place_of(text)) {
      if (place->name.empty()) faults.add(item->span, fmt::format("{} names nothing", model::quoted(item->text)));
      places->push_back(*place);
      continue;
    }
    model::AddressItem address = text.starts_with(kAsg) ? model::asg_item(text.substr(kAsg.size()), {})
                                                        : model::parse_address_item(text, {}, false);
    const auto* block = std::get_if<model::Block>(&address.value);
    if (std::holds_alternative<model::Undetermined>(address.value)) {
      faults.add(item->span, fmt::format("{} is no address, CIDR block, service tag, asg:NAME or \"*\"",
                                         model::quoted(item->text)));
    } else if (block != nullptr && block->host_bits) {
      faults.add(item->span, fmt::format("{} has bits below its prefix length", model::quoted(item->text)));
    }
    out.push_back(std::move(address));
  }
  return out;
}

void read_ports(const Node& node, policy::FlowPattern& pattern, PolicyFaults& faults) {
  pattern.ports = {};
  for (const Node* item : scalars_of(node, "ports", faults)) {
    if (item->text == kForwarder) {
      pattern.with_forwarder_port = true;
    } else if (const auto run = port_run(item->text)) {
      pattern.ports = pattern.ports | *run;
    } else {
      faults.add(item->span,
                 fmt::format("{} is no port: a number 0 to 65535 without leading zeros, low-high, or \"forwarder\"",
                             model::quoted(item->text)));
    }
  }
  // Such a pattern would take in all of ICMP beside the ports that it names.
  if ((pattern.protocols & ~net::ported_protocols()).any())
    faults.add(node.span, "\"ports\" need a protocol with ports: tcp, udp or sctp");
}

}  // namespace nsgcheck::io
