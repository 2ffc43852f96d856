// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analyzer/model/nsg.hpp"
#include "analyzer/net/five_tuple.hpp"
#include "tests/oracle/world.hpp"

namespace nsgcheck::oracle {

/// The slow, obvious reading of semantics 1 and 2: one packet, one walk over the rules as the input has them. It shares
/// no code with the engine and is never linked into the program.

enum class Match : std::uint8_t { No, Maybe, Yes };

enum class Outcome : std::uint8_t { Yes, No, Unknown };

/// What a packet is asked: is it allowed, or does a rule that is no default deny it?
enum class Asked : std::uint8_t { Allowed, DeniedByUser };

struct Judgement {
  Outcome outcome{Outcome::No};
  /// Indices into Nsg::rules of the rules whose say was heard, in the order of the walk.
  std::vector<std::size_t> heard;
  /// The rule that ends the walk: the first that surely matches. Of rules of one priority any.
  std::optional<std::size_t> decider;
};

/// REQUIRES: `nsg` has its defaults.
[[nodiscard]] Judgement judge(const model::Nsg& nsg, model::Direction direction, const World& world,
                              const net::FiveTuple& packet, Asked asked = Asked::Allowed);

/// How one rule lies to one packet, without regard to its place, direction and existence.
[[nodiscard]] Match match(const model::SecurityRule& rule, const World& world, const net::FiveTuple& packet);

/// The fields by themselves, to tell values apart that no rule tells apart.
[[nodiscard]] Match match_source(const model::SecurityRule& rule, const World& world, const net::IpAddress& address);
[[nodiscard]] Match match_destination(const model::SecurityRule& rule, const World& world,
                                      const net::IpAddress& address);
[[nodiscard]] Match match_source_port(const model::SecurityRule& rule, net::Port port);
[[nodiscard]] Match match_destination_port(const model::SecurityRule& rule, net::Port port);
[[nodiscard]] Match match_protocol(const model::SecurityRule& rule, net::Protocol protocol);

/// True when the rule has ports and the packet's protocol has none, so that nobody says whether it matches.
[[nodiscard]] bool is_undefined(const model::SecurityRule& rule, const net::FiveTuple& packet);

}  // namespace nsgcheck::oracle
