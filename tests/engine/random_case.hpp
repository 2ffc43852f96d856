// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "analyzer/engine/terms.hpp"
#include "analyzer/model/network_context.hpp"
#include "tests/oracle/world.hpp"

namespace nsgcheck::engine {

using Rng = std::mt19937;

/// A set of flows in plain lists: what the engine is asked, in a form that the oracle can hold a packet against.
struct PlainQuestion {
  std::vector<std::uint8_t> protocols;
  std::vector<oracle::Range> source;
  net::Port source_low{0};
  net::Port source_high{65535};
  std::vector<oracle::Range> destination;
  net::Port destination_low{0};
  net::Port destination_high{65535};
};

/// A group, the world around it and a question, small enough to print.
struct Case {
  std::vector<std::string> lines;  ///< as support::rule_line() reads them
  oracle::World world;
  PlainQuestion question;
};

/// What may appear in the rules of a random case.
struct Recipe {
  std::size_t max_rules{8};
  bool ipv6{true};
  bool symbols{true};       ///< tags without data, groups without members
  bool undetermined{true};  ///< unreadable values, unknown access, priority, direction, existence, shared priorities
  bool portless{true};      ///< protocols without ports
  bool narrow{};            ///< few values, so that rules meet often
};

[[nodiscard]] Case random_case(Rng& rng, const Recipe& recipe);
[[nodiscard]] PlainQuestion random_question(Rng& rng, const Recipe& recipe);
/// Every flow there is.
[[nodiscard]] PlainQuestion everything();

[[nodiscard]] model::NetworkContext context_of(const oracle::World& world);
[[nodiscard]] net::AddressSet address_set(const std::vector<oracle::Range>& ranges);
[[nodiscard]] FlowSet flow_set_of(const PlainQuestion& question);

/// The case as text for a failure message.
[[nodiscard]] std::string describe(const Case& c);

/// How often a random test is repeated: NSGCHECK_TEST_SEEDS in the environment scales the default, given in percent.
[[nodiscard]] unsigned seeds(unsigned standard);

/// What a check has to say against a case; empty when it holds.
using Complaint = std::optional<std::string>;

/// Removes rules as long as `check` still complains, and returns the complaint with what is left of the case.
[[nodiscard]] std::string shrunk(Case c, const std::function<Complaint(const Case&)>& check);

/// Runs `check` on `count` random cases and reports the first complaint, shrunk, with its seed.
void hold(unsigned count, const Recipe& recipe, const std::function<Complaint(const Case&)>& check);

/// An element of a non-empty list.
template <class List>
[[nodiscard]] const auto& pick(Rng& rng, const List& list) {
  return list[rng() % std::size(list)];
}

}  // namespace nsgcheck::engine
