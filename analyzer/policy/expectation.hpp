// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/reason.hpp"
#include "analyzer/policy/policy.hpp"

namespace nsgcheck::policy {

enum class ExpectationKind : std::uint8_t {
  Must,     ///< every flow is allowed
  MustNot,  ///< none is
  Only,     ///< of those in the scope exactly the listed ones are
};
/// As intent files spell it: "must", "mustNot", "only".
[[nodiscard]] std::string_view name(ExpectationKind kind);

/// One thing that the author of a rule set says that it should do.
struct Expectation {
  ExpectationKind kind{};
  std::string name;                  ///< the author's, else its flows in words
  std::vector<std::string> nsgs;     ///< names of NSGs, any case; empty: every NSG of the input
  std::optional<Severity> severity;  ///< of its findings; empty: what the policy says
  FlowPattern flows;                 ///< of Only: the scope
  std::vector<FlowPattern> allow;    ///< of Only: what is allowed, all of it, and nothing else in the scope
  std::size_t line{}, column{};      ///< in the intent file, from 1
};

/// An intent file.
struct Intent {
  std::string file;  ///< as shown
  std::vector<Expectation> expectations;
};

enum class Fulfilment : std::uint8_t { Held, Violated, Unknown };
/// "held", "violated", "unknown".
[[nodiscard]] std::string_view name(Fulfilment fulfilment);

/// What became of one expectation in one NSG. What is not settled is never Held.
struct ExpectationVerdict {
  std::uint32_t expectation{};  ///< index into Intent::expectations
  Fulfilment verdict{};
  std::optional<model::Reason> reason;  ///< of Unknown
};

/// True when an expectation is about the NSG of that name.
[[nodiscard]] bool concerns(const Expectation& expectation, std::string_view nsg);

/// "tcp 443 from Internet to VirtualNetwork inbound".
[[nodiscard]] std::string pattern_words(const FlowPattern& pattern);

}  // namespace nsgcheck::policy
