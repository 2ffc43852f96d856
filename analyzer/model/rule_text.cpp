// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/rule_text.hpp"

#include <charconv>

#include "analyzer/model/application_group.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// A template's expression that nobody evaluated: "[parameters('x')]" or "${var.x}". "[[" is an escaped bracket.
bool is_expression(std::string_view text) {
  return (text.starts_with('[') && !text.starts_with("[[") && text.ends_with(']')) ||
         (text.starts_with("${") && text.ends_with('}'));
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
  if (is_expression(trimmed(text))) return {text};
  std::vector<std::string_view> parts;
  for (auto comma = text.find(','); comma != std::string_view::npos; comma = text.find(',')) {
    parts.push_back(text.substr(0, comma));
    text.remove_prefix(comma + 1);
  }
  parts.push_back(text);
  return parts;
}

std::optional<net::Port> parse_port(std::string_view digits) {
  net::Port port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return port;
}

struct PortBounds {
  net::Port low{};
  net::Port high{};
};

// "80" and "80-90", the latter in either order.
std::optional<PortBounds> parse_bounds(std::string_view text) {
  const auto dash = text.find('-');
  const auto low = parse_port(trimmed(text.substr(0, dash)));
  const auto high = dash == std::string_view::npos ? low : parse_port(trimmed(text.substr(dash + 1)));
  if (!low || !high) return std::nullopt;
  return PortBounds{*low, *high};
}

decltype(PortItem::value) port_value(std::string_view text) {
  if (text == "*") return AnyPort{};
  if (is_expression(text)) return Undetermined{Reason::UnresolvedExpression};
  const auto bounds = parse_bounds(text);
  if (!bounds || bounds->high < bounds->low) return Undetermined{Reason::InvalidRule};
  return PortRange{bounds->low, bounds->high};
}

std::optional<AddressRange> parse_range(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto low = net::parse_address(trimmed(text.substr(0, dash)));
  const auto high = net::parse_address(trimmed(text.substr(dash + 1)));
  if (!low || !high || low->index() != high->index() || *high < *low) return std::nullopt;
  return AddressRange{*low, *high};
}

// The two classic tags whose underscore no other tag has.
bool is_classic_tag(std::string_view text) {
  return net::same_word(text, "VIRTUAL_NETWORK") || net::same_word(text, "AZURE_LOADBALANCER");
}

decltype(AddressItem::value) address_value(std::string_view text) {
  if (text == "*") return AnyAddress{};
  if (const auto parsed = net::parse_prefix(text)) return Block{parsed->prefix, parsed->host_bits};
  if (const auto range = parse_range(text)) return *range;
  if (is_tag_word(text) || is_classic_tag(text)) return ServiceTag{std::string{text}};
  return Undetermined{is_expression(text) ? Reason::UnresolvedExpression : Reason::InvalidRule};
}

}  // namespace

std::optional<Access> parse_access(std::string_view text) {
  if (net::same_word(text, "Allow")) return Access::Allow;
  if (net::same_word(text, "Deny")) return Access::Deny;
  return std::nullopt;
}

std::optional<Direction> parse_direction(std::string_view text) {
  if (net::same_word(text, "Inbound")) return Direction::Inbound;
  if (net::same_word(text, "Outbound")) return Direction::Outbound;
  return std::nullopt;
}

std::optional<net::ProtocolSet> parse_protocols(std::string_view text) {
  if (text == "*" || net::same_word(text, "Any") || net::same_word(text, "All")) return net::all_protocols();
  // Azure has one word for both, so a rule on Icmp must not be read as IPv4 only (semantics 1).
  if (net::same_word(text, "Icmp")) return net::protocol_set({net::kIcmp, net::kIcmpV6});
  const auto protocol = net::parse_protocol(text);
  if (!protocol) return std::nullopt;
  return net::protocol_set({*protocol});
}

AddressItem parse_address_item(std::string_view text, SourceSpan span, bool in_list) {
  AddressItem item;
  item.text = text;
  item.span = span;
  item.in_list = in_list;
  item.value = address_value(trimmed(text));
  return item;
}

std::vector<AddressItem> parse_address_items(std::string_view text, SourceSpan span, bool in_list) {
  const auto parts = split_at_commas(text);
  if (parts.size() == 1) return {parse_address_item(text, span, in_list)};
  std::vector<AddressItem> items;
  for (const std::string_view part : parts) {
    items.push_back(parse_address_item(trimmed(part), span, in_list));
    items.back().from_commas = true;
  }
  return items;
}

std::vector<PortItem> parse_port_items(std::string_view text, SourceSpan span, bool in_list) {
  const auto parts = split_at_commas(text);
  std::vector<PortItem> items;
  for (const std::string_view part : parts) {
    PortItem item;
    item.text = parts.size() == 1 ? part : trimmed(part);
    item.span = span;
    item.in_list = in_list;
    item.from_commas = parts.size() > 1;
    item.value = port_value(trimmed(part));
    items.push_back(std::move(item));
  }
  return items;
}

bool is_reversed_port_range(std::string_view text) {
  const auto bounds = parse_bounds(trimmed(text));
  return bounds && bounds->high < bounds->low;
}

AddressItem asg_item(std::string_view id, SourceSpan span) {
  AddressItem item;
  item.text = id;
  item.span = span;
  const std::string_view identity = group_identity(trimmed(id));
  if (identity.empty())
    item.value = Undetermined{Reason::InvalidRule};
  else
    item.value = Asg{std::string{identity}};
  return item;
}

}  // namespace nsgcheck::model
