// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/model/network_context.hpp"
#include "analyzer/policy/audit.hpp"

namespace nsgcheck::policy {

/// A rule set that differs in one rule and lets other traffic through, and of which every expectation says what it said
/// before.
struct Survivor {
  ModelRule rule{};
  std::string what;     ///< "source widened to any"
  std::string differs;  ///< in words, what fares otherwise: "newly allowed: inbound tcp 22 from any"
  std::optional<Witness> witness;
};

/// What an intent notices of changes of one NSG's rules, made one by one.
struct Mutation {
  std::size_t mutants{};
  std::size_t killed{};      ///< some expectation has another verdict
  std::size_t equivalent{};  ///< exactly the same traffic passes: nothing to notice
  std::size_t undecided{};   ///< whether the same traffic passes could not be told
  std::size_t left_out{};    ///< mutants beyond kMostMutants, not looked at
  std::vector<Survivor> survivors;

  /// Noticed of those that could be noticed, in percent, rounded down; 100 where there are none.
  [[nodiscard]] std::size_t kill_rate() const {
    const std::size_t real = killed + survivors.size();
    return real == 0 ? 100 : killed * 100 / real;
  }
};

/// Mutants looked at for each NSG.
inline constexpr std::size_t kMostMutants = 2000;

/// Whether some expectation about whole ways says otherwise where the NSG stands changed.
using WaysNotice = std::function<bool(const model::Nsg& changed)>;

/// Drops each user rule, flips its access or direction, widens source, destination, ports or protocol to any, shifts a
/// port to its neighbour, narrows a prefix or list, and swaps priorities with the next rule. REQUIRES: options.intent;
/// `now`: what the expectations say of the NSG itself; `ways`: asked of what they do not notice, may be empty. Pure.
[[nodiscard]] Mutation mutate(const model::Nsg& nsg, const model::NetworkContext& context, const AuditOptions& options,
                              const std::vector<ExpectationVerdict>& now, const WaysNotice& ways = {});

/// The same expectations, each with the same verdict.
[[nodiscard]] bool same_verdicts(const std::vector<ExpectationVerdict>& a, const std::vector<ExpectationVerdict>& b);

}  // namespace nsgcheck::policy
