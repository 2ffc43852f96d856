// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/engine/filter.hpp"
#include "analyzer/engine/hygiene.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/policy/naming.hpp"
#include "analyzer/policy/policy.hpp"

namespace nsgcheck::policy {

/// The entries of a side as written, joined for a sentence.
[[nodiscard]] std::string side_name(const std::vector<model::AddressItem>& items);

/// Everything that policies ask about.
[[nodiscard]] std::vector<const FlowPattern*> patterns_of(std::span<const Policy> policies);

/// A pattern as a question to a filter. Every tag that a pattern names must be in the symbol table before the filter is
/// made, since the filter's sets say for each symbol how they lie to it.
[[nodiscard]] NamedQuestion resolve_pattern(const FlowPattern& pattern, const model::NetworkContext& context,
                                            net::Port forwarder, engine::SymbolTable& symbols);

/// One direction of an NSG, ready for every policy; its hygiene is worked out when the first policy asks for it.
class DirectionView {
 public:
  DirectionView(const model::Nsg& nsg, net::Direction direction, const model::NetworkContext& context,
                std::span<const Policy> policies, net::Port forwarder);
  /// Ready for questions about these patterns.
  DirectionView(const model::Nsg& nsg, net::Direction direction, const model::NetworkContext& context,
                std::span<const FlowPattern* const> patterns, net::Port forwarder);

  [[nodiscard]] const engine::Filter& filter() const { return *filter_; }
  /// For resolve_pattern: holds every symbol of every policy already, so ids agree with the filter's.
  [[nodiscard]] engine::SymbolTable& symbols() { return symbols_; }
  [[nodiscard]] const engine::HygieneReport& hygiene() {
    if (!hygiene_) hygiene_ = engine::check_hygiene(*filter_);
    return *hygiene_;
  }
  [[nodiscard]] bool hygiene_was_asked() const { return hygiene_.has_value(); }

 private:
  engine::SymbolTable symbols_;
  std::optional<engine::Filter> filter_;
  std::optional<engine::HygieneReport> hygiene_;
};

}  // namespace nsgcheck::policy
