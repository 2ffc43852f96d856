// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

#include "cli/verify/evidence.hpp"

namespace nsgcheck::verify {

/// Ways to spoil evidence so that what it says is surely not shown by it any more.
enum class Fault : std::uint8_t {
  BoxDropped,
  BoxTwice,
  IntervalEndMoved,    ///< of a box: a flow is missing
  QuestionWidened,     ///< the boxes are not all of it
  AccessFlipped,       ///< of a rule that alone decides a box
  DeciderSwapped,      ///< another rule is said to decide
  RuleNotLookedAt,     ///< a rule that decides is left out of the order
  RuleMatchesNothing,  ///< a rule that decides loses its protocols
  WitnessElsewhere,    ///< a packet that does not show it
  OtherClaim,          ///< another word than what was found
  NotComplete,
  FlowsLeftOut,    ///< nothing is said of flows that were asked about
  RuleOfOtherKind  ///< the rule that a claim is about becomes one of which it is not true
};
inline constexpr std::array kFaults{Fault::BoxDropped,      Fault::BoxTwice,           Fault::IntervalEndMoved,
                                    Fault::QuestionWidened, Fault::AccessFlipped,      Fault::DeciderSwapped,
                                    Fault::RuleNotLookedAt, Fault::RuleMatchesNothing, Fault::WitnessElsewhere,
                                    Fault::OtherClaim,      Fault::NotComplete,        Fault::FlowsLeftOut,
                                    Fault::RuleOfOtherKind};
[[nodiscard]] std::string_view name(Fault fault);

/// Spoils a claim of `evidence`, or the rules that it rests on; false, and nothing is changed, when the claim has
/// nothing that could be spoilt this way.
[[nodiscard]] bool spoil(Evidence& evidence, std::size_t claim, Fault fault, std::mt19937& rng);

/// Makes a finding or an expectation say what the claims that it names do not show.
void spoil(Evidence& evidence, Statement& statement, std::mt19937& rng);

}  // namespace nsgcheck::verify
