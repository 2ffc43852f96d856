// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/engine/terms.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/model/nsg.hpp"

namespace nsgcheck::engine {

/// The rules of one direction of an NSG as exact sets, ordered by priority, with the model rule that each came from.
struct ResolvedRules {
  std::vector<FilterRule> rules;
  std::vector<std::uint32_t> origin;  ///< rules[i] is nsg.rules[origin[i]]
  SymbolTable symbols;
};

/// REQUIRES: `nsg` has its defaults (model::with_defaults). A rule whose direction is unknown is in both directions and
/// may be absent in each.
[[nodiscard]] ResolvedRules resolve(const model::Nsg& nsg, net::Direction direction,
                                    const model::NetworkContext& context);

/// Adds the rules of one direction, by priority, to those that are there; equal symbols of both become one.
/// REQUIRES: as resolve().
void append(ResolvedRules& resolved, const model::Nsg& nsg, net::Direction direction,
            const model::NetworkContext& context);

/// A side of a question or rule: tags with data and ASGs with members become addresses, others symbols.
[[nodiscard]] AddressTerm resolve_addresses(const std::vector<model::AddressItem>& items,
                                            const model::NetworkContext& context, SymbolTable& symbols);

}  // namespace nsgcheck::engine
