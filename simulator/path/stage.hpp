// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/engine/classifier.hpp"
#include "analyzer/model/deployment.hpp"
#include "simulator/path/trace.hpp"
#include "simulator/path/walk.hpp"

namespace nsgcheck::path {

/// One direction of an NSG as one subnet sees it, ready for single packets and for sets. Immutable.
struct Stage {
  Stage(const model::Nsg& nsg, net::Direction direction, const model::NetworkContext& context);
  engine::Filter filter;
  engine::Classifier classifier;
  bool dynamic_ports_alike{};  ///< no rule tells one dynamic source port from another
};

/// What a stage says to a packet.
struct Decided {
  HopVerdict verdict{HopVerdict::Unknown};
  std::optional<std::uint32_t> rule;   ///< that decided: index into the NSG's rules; empty when unknown
  std::string text;                    ///< why it is unknown, or ""
  Reason reason{Reason::InvalidRule};  ///< the same as a code, when it is unknown
};

/// Where the ends of a packet lie when their addresses stand for others; null: the address is meant.
struct EndSpaces {
  const net::AddressSet* source{};
  const net::AddressSet* destination{};
};

/// A source port of 0 stands for any dynamic port: a connection that a machine opens itself. `nsg` is the stage's. With
/// spaces it holds for every address in them, or is unknown.
[[nodiscard]] Decided decide(const Stage& stage, const model::Nsg& nsg, const net::FiveTuple& packet,
                             EndSpaces spaces = {});

/// Of the clients in `from` those that get through the stage by TCP to a port of one machine, whose address is in `to`.
/// A client counts as sure when every source port of it gets through, to whatever address of `to`: clients do not
/// choose the one, and the other is not known.
[[nodiscard]] Arrivals pass(const Stage& stage, const Arrivals& from, const net::AddressSet& to, net::Port port);

}  // namespace nsgcheck::path
