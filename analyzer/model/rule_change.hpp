// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "analyzer/model/nsg.hpp"
#include "analyzer/net/address_set.hpp"

namespace nsgcheck::model {

/// One step of an edit of an NSG. `rule` is an index into Nsg::rules as they were before any step.
struct RemoveRule {
  std::uint32_t rule{};
};
/// The rule says what `to` says instead; it keeps its name, and its place in the input.
struct ReplaceRule {
  std::uint32_t rule{};
  SecurityRule to;
};
/// `rule` has no place in the input: its span is not known().
struct AddRule {
  SecurityRule rule;
};
using RuleChange = std::variant<RemoveRule, ReplaceRule, AddRule>;

/// `nsg` after all steps; at most one step is about any one rule. Rules keep their order, new ones come last. Faults
/// that were found in the finished model are gone; find_faults() finds those of the result.
[[nodiscard]] Nsg apply(const Nsg& nsg, const std::vector<RuleChange>& changes);

/// True when both hold the same rules, whatever their order and place: equal names and values, entry by entry.
[[nodiscard]] bool same_rules(const Nsg& a, const Nsg& b);

/// One entry of a side as text from a known value, "203.0.113.0/24" or "3389".
[[nodiscard]] AddressItem block_item(const net::AnyPrefix& prefix);
/// As few of them as make up the set.
[[nodiscard]] std::vector<AddressItem> block_items(const net::AddressSet& addresses);
[[nodiscard]] PortItem port_item(PortRange range);

}  // namespace nsgcheck::model
