// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "analyzer/model/security_rule.hpp"

namespace nsgcheck::model {

/// An item's meaning as a row of a table writes it: "any", "block 10.0.0.0/8 host-bits", "range LOW HIGH", "tag NAME",
/// "asg NAME", "undetermined".
inline std::string text_of(const AddressItem& item) {
  if (std::holds_alternative<AnyAddress>(item.value)) return "any";
  if (const auto* block = std::get_if<Block>(&item.value))
    return "block " + std::visit([](const auto& p) { return net::to_string(p); }, block->prefix) +
           (block->host_bits ? " host-bits" : "");
  if (const auto* range = std::get_if<AddressRange>(&item.value))
    return "range " + net::to_string(range->low) + ' ' + net::to_string(range->high);
  if (const auto* tag = std::get_if<ServiceTag>(&item.value)) return "tag " + tag->name;
  if (const auto* asg = std::get_if<Asg>(&item.value)) return "asg " + asg->name;
  return "undetermined";
}

/// "any", "LOW-HIGH" or "undetermined".
inline std::string text_of(const PortItem& item) {
  if (std::holds_alternative<AnyPort>(item.value)) return "any";
  if (const auto* range = std::get_if<PortRange>(&item.value))
    return std::to_string(range->low) + '-' + std::to_string(range->high);
  return "undetermined";
}

}  // namespace nsgcheck::model
