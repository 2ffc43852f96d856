// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/nsg.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

template <class T>
Field<T> given(T value, std::string text) {
  Field<T> field;
  field.value = std::move(value);
  field.text = std::move(text);
  return field;
}

AddressItem address(std::string_view text) {
  AddressItem item;
  item.text = text;
  if (text == "*")
    item.value = AnyAddress{};
  else
    item.value = ServiceTag{std::string{text}};
  return item;
}

SecurityRule default_rule(std::string_view rule_name, std::int64_t priority, Direction direction, Access access,
                          std::string_view source, std::string_view destination) {
  SecurityRule rule;
  rule.name = rule_name;
  rule.origin = Origin::Default;
  rule.priority = given(priority, std::to_string(priority));
  rule.access = given(access, std::string{name(access)});
  rule.direction = given(direction, direction == Direction::Inbound ? "Inbound" : "Outbound");
  rule.protocol = given(net::all_protocols(), "*");
  PortItem any_port;
  any_port.value = AnyPort{};
  any_port.text = "*";
  rule.sources.push_back(address(source));
  rule.source_ports.push_back(any_port);
  rule.destinations.push_back(address(destination));
  rule.destination_ports.push_back(any_port);
  return rule;
}

bool same_side(const std::vector<AddressItem>& own, const std::vector<AddressItem>& wanted) {
  if (own.size() != wanted.size()) return false;
  if (const auto* tag = std::get_if<ServiceTag>(&wanted.front().value)) {
    const auto* given = std::get_if<ServiceTag>(&own.front().value);
    return given != nullptr && net::same_word(given->name, tag->name);
  }
  return own.front().value == wanted.front().value;
}

bool is_any(const std::vector<PortItem>& ports) {
  return std::any_of(ports.begin(), ports.end(), [](const PortItem& port) {
    const auto* range = std::get_if<PortRange>(&port.value);
    return std::holds_alternative<AnyPort>(port.value) || (range != nullptr && *range == PortRange{0, 65535});
  });
}

bool same_rule(const SecurityRule& own, const SecurityRule& wanted) {
  return own.access.value == wanted.access.value && own.protocol.value == wanted.protocol.value &&
         same_side(own.sources, wanted.sources) && same_side(own.destinations, wanted.destinations) &&
         is_any(own.source_ports) && is_any(own.destination_ports);
}

bool stands_for(const SecurityRule& own, const SecurityRule& synthesised) {
  return own.origin == Origin::Default && own.direction.value == synthesised.direction.value &&
         own.priority.value == synthesised.priority.value;
}

// Before every rule that anybody can write.
constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();

}  // namespace

bool is_default(const SecurityRule& rule) {
  if (rule.origin != Origin::User) return rule.origin == Origin::Default;
  return rule.priority.value.has_value() && *rule.priority.value >= kDefaultPriority;
}

std::vector<SecurityRule> default_rules() {
  using enum Access;
  constexpr auto kIn = Direction::Inbound;
  constexpr auto kOut = Direction::Outbound;
  return {
      default_rule("AllowVnetInBound", 65000, kIn, Allow, "VirtualNetwork", "VirtualNetwork"),
      default_rule("AllowAzureLoadBalancerInBound", 65001, kIn, Allow, "AzureLoadBalancer", "*"),
      default_rule("DenyAllInBound", 65500, kIn, Deny, "*", "*"),
      default_rule("AllowVnetOutBound", 65000, kOut, Allow, "VirtualNetwork", "VirtualNetwork"),
      default_rule("AllowInternetOutBound", 65001, kOut, Allow, "*", "Internet"),
      default_rule("DenyAllOutBound", 65500, kOut, Deny, "*", "*"),
  };
}

Nsg with_defaults(Nsg nsg) {
  std::vector<SecurityRule> defaults = default_rules();
  for (SecurityRule& rule : nsg.rules) {
    if (rule.origin != Origin::User || !is_default(rule)) continue;
    rule.origin = Origin::Default;
    rule.in_place_of_default = std::none_of(defaults.begin(), defaults.end(), [&](const SecurityRule& azures) {
      return stands_for(rule, azures) && same_rule(rule, azures);
    });
  }
  // One by one and not per direction: a user rule at 70000 must not keep Azure's last deny away.
  const std::size_t own = nsg.rules.size();
  for (SecurityRule& synthesised : defaults) {
    const auto end = nsg.rules.begin() + static_cast<std::ptrdiff_t>(own);
    const bool there =
        std::any_of(nsg.rules.begin(), end, [&](const SecurityRule& r) { return stands_for(r, synthesised); });
    if (!there) nsg.rules.push_back(std::move(synthesised));
  }
  return nsg;
}

Nsg perhaps_missing(Nsg nsg) {
  const auto is_so = [](const SecurityRule& rule) {
    return rule.origin == Origin::Gap && rule.priority.value == kFirst && rule.may_be_absent;
  };
  if (std::any_of(nsg.rules.begin(), nsg.rules.end(), is_so)) return nsg;
  for (const Direction direction : {Direction::Inbound, Direction::Outbound}) {
    SecurityRule rule = default_rule("no group: everything passes", kFirst, direction, Access::Allow, "*", "*");
    rule.origin = Origin::Gap;
    rule.may_be_absent = Reason::UnresolvedExpression;
    nsg.rules.push_back(std::move(rule));
  }
  return nsg;
}

std::size_t count_user_rules(const Nsg& nsg, Direction direction) {
  const auto counts = [direction](const SecurityRule& rule) {
    return rule.origin == Origin::User && !is_default(rule) && rule.direction.value == direction;
  };
  return static_cast<std::size_t>(std::count_if(nsg.rules.begin(), nsg.rules.end(), counts));
}

}  // namespace nsgcheck::model
