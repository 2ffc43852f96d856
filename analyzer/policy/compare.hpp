// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/diff.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

/// Two NSGs that are compared; null: not there on that side, so that everything passes. At least one is there.
struct NsgPair {
  const model::Nsg* before{};
  const model::Nsg* after{};
};

/// One box of flows that fare differently, or perhaps do.
struct Change {
  net::Direction direction{};
  engine::Shift shift{};
  std::optional<bool> old_allows, new_allows;   ///< empty: not settled
  std::optional<ModelRule> old_rule, new_rule;  ///< who decides; empty: no NSG, or not settled
  std::optional<model::Reason> reason;          ///< of Shift::Unknown
  NamedRegion region;
  std::string words;  ///< the region in one line for people, "tcp 3389 from Internet"
  std::optional<Witness> witness;
  /// The far side of the region, source of what comes in, as entries of a question: symbols by name, with their kind.
  std::vector<model::AddressItem> far;
  int danger{};  ///< how bad it is when such flows open or close; the smaller the worse
};

enum class DiffStatus : std::uint8_t { Equal, Changed, Added, Removed, Unknown };
[[nodiscard]] std::string_view name(DiffStatus status);

struct NsgDiff {
  NsgPair nsgs;
  DiffStatus status{};
  std::vector<Change> allowed, denied, unknown;  ///< each the largest danger first
  bool complete{true};
  /// Values that the input leaves open stand in both and are taken to be the same.
  bool takes_values_alike{};

  [[nodiscard]] bool is_equivalent() const { return allowed.empty() && denied.empty() && unknown.empty() && complete; }
};

/// Compares both directions of a pair. REQUIRES: the NSGs have their defaults. `same_text`: the inputs of both have
/// equal bytes. Pure: same arguments, same result.
[[nodiscard]] NsgDiff compare(const NsgPair& pair, const model::NetworkContext& context, bool same_text);

/// The assumptions that these comparisons rest on.
[[nodiscard]] std::vector<Assumption> diff_assumptions(const std::vector<NsgDiff>& diffs,
                                                       const model::NetworkContext& context);

}  // namespace nsgcheck::policy
