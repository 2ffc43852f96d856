// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/terms.hpp"

namespace nsgcheck::engine {

/// What first match says of one packet. Never Verdict::Partial.
struct Decision {
  Verdict verdict{Verdict::Deny};
  std::optional<RuleIndex> decider;  ///< the first rule that surely matches, when the verdict is settled
  friend bool operator==(const Decision&, const Decision&) = default;
};

/// What a rule says when it matches, as bits: several rules may have their say before one surely matches.
inline constexpr std::uint8_t kSaysAllow = 1, kSaysDeny = 2;

/// The verdict of all that was said until a rule surely matched; nobody's word is the deny that ends every NSG.
[[nodiscard]] constexpr Verdict to_verdict(std::uint8_t says) {
  if (says == kSaysAllow) return Verdict::Allow;
  return says == (kSaysAllow | kSaysDeny) ? Verdict::Unknown : Verdict::Deny;
}

/// The looks at rules in the order of evaluation.
struct Looks {
  std::vector<RuleIndex> rule;
  std::vector<std::uint8_t> says;
  bool uncertain{};  ///< some look may match without surely matching
};

/// Rows of bits over the looks, one row for each class of a dimension: the looks that surely match its values, and
/// those that may.
struct LookRows {
  std::size_t words{};  ///< of a row
  std::vector<std::uint64_t> sure;
  std::vector<std::uint64_t> may;  ///< empty when no look is uncertain: then as `sure`

  [[nodiscard]] std::size_t size() const { return words == 0 ? 0 : sure.size() / words; }
  [[nodiscard]] std::span<const std::uint64_t> sure_row(std::size_t cls) const {
    return std::span{sure}.subspan(cls * words, words);
  }
  [[nodiscard]] std::span<const std::uint64_t> may_row(std::size_t cls) const {
    return may.empty() ? sure_row(cls) : std::span{may}.subspan(cls * words, words);
  }
};

}  // namespace nsgcheck::engine
