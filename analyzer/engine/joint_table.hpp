// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/engine/looks.hpp"

namespace nsgcheck::engine {

/// First match written down for all classes at once (recursive flow classification): a pair of addresses' classes leads
/// to a row, a row and a class of protocol and ports to the decision. Pairs for which every protocol and port decides
/// alike share a row. Immutable.
class JointTable {
 public:
  struct Limits {
    /// The pairs of classes that are worth their making, each about as long as a verdict without the table takes.
    std::size_t pairs{};
    std::size_t bytes{std::size_t{16} << 20};  ///< of the finished table
    std::size_t work{std::size_t{1} << 26};    ///< decisions looked up in the making
  };
  /// Empty where the limits do not allow for it.
  [[nodiscard]] static std::optional<JointTable> make(const LookRows& sources, const LookRows& destinations,
                                                      const LookRows& services, const Looks& looks,
                                                      const Limits& limits);

  /// Where the row of two classes of addresses is said.
  [[nodiscard]] const std::uint16_t* pair(std::size_t source, std::size_t destination) const {
    return &pairs_[source * destinations_ + destination];
  }
  /// Where the decision is said of a row that pair() led to.
  [[nodiscard]] const std::uint16_t* cell(std::uint16_t row, std::size_t service) const {
    return &cells_[row * services_ + service];
  }
  [[nodiscard]] static Decision decision(std::uint16_t cell) {
    const std::uint16_t decider = cell >> kVerdictBits;
    return {static_cast<Verdict>(cell & ((1U << kVerdictBits) - 1)),
            decider == 0 ? std::nullopt : std::optional<RuleIndex>{decider - 1U}};
  }
  [[nodiscard]] std::size_t bytes() const { return (pairs_.size() + cells_.size()) * sizeof(std::uint16_t); }

 private:
  static constexpr int kVerdictBits = 2;

  std::size_t destinations_{}, services_{};
  std::vector<std::uint16_t> pairs_;  // row of a pair, source by source
  std::vector<std::uint16_t> cells_;  // row by row: verdict, and behind it the deciding rule plus one
};

}  // namespace nsgcheck::engine
