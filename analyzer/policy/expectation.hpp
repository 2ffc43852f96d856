// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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
  bool whole_way{};                  ///< about what arrives through all stages, not about single NSGs
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

/// What became of an expectation about whole ways at one end that it asks about.
struct PlaceVerdict {
  std::string place;  ///< an instance, or "subnet web (no instance)"
  Fulfilment verdict{};
  std::optional<model::Reason> reason;  ///< of Unknown
};

/// What became of one expectation in one NSG, or of one about whole ways in one network. What is not settled is never
/// Held.
struct ExpectationVerdict {
  std::uint32_t expectation{};  ///< index into Intent::expectations
  Fulfilment verdict{};
  std::optional<model::Reason> reason;  ///< of Unknown
  std::vector<PlaceVerdict> places;     ///< of whole ways, in the order of the network
};

/// Takes into the verdict what was found against the expectation: a violation, else something that stays open for a
/// reason (empty: the budget ran out). A violation outweighs what is open.
void weigh(ExpectationVerdict& verdict, bool violated, std::optional<model::Reason> reason);

/// True when an expectation is about the NSG of that name, taken by itself.
[[nodiscard]] bool concerns(const Expectation& expectation, std::string_view nsg);

/// "tcp 443 from Internet to VirtualNetwork inbound"; places as in "role:WebRole1".
[[nodiscard]] std::string pattern_words(const FlowPattern& pattern);
/// Addresses and places of a side, joined for a sentence.
[[nodiscard]] std::string side_words(const std::vector<model::AddressItem>& items,
                                     const std::vector<PlaceName>& places);

/// The policy about that breach and which of its asks it is; null when none is in force.
[[nodiscard]] std::pair<const Policy*, std::uint32_t> policy_for(Breach breach, std::span<const Policy> policies);

}  // namespace nsgcheck::policy
