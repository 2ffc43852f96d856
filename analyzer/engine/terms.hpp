// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/model/reason.hpp"
#include "analyzer/model/security_rule.hpp"
#include "analyzer/net/address_set.hpp"
#include "analyzer/net/five_tuple.hpp"
#include "analyzer/net/port_set.hpp"
#include "analyzer/net/protocol.hpp"

namespace nsgcheck::engine {

using model::Access;
using model::Reason;
using net::Direction;

/// Index into SymbolTable.
using SymbolId = std::uint32_t;

/// A set of addresses that has a name but no data: a service tag without prefixes or an ASG without members. The engine
/// reasons about "any member of it": one point of its own on the address axis beside the real addresses.
struct Symbol {
  enum class Kind : std::uint8_t { ServiceTag, Asg };
  std::string name;  ///< as first written
  Kind kind{Kind::ServiceTag};
  net::AddressSet base;  ///< every address that it could hold (semantics 2)
  Reason reason{Reason::UnknownTag};
};

/// The symbols of one filter and what is known about how they lie to each other.
class SymbolTable {
 public:
  /// Adds or finds by name (without regard to case) and kind.
  SymbolId intern(Symbol symbol);
  [[nodiscard]] std::size_t size() const { return symbols_.size(); }
  [[nodiscard]] const Symbol& operator[](SymbolId id) const { return symbols_[id]; }
  /// Every member of `inner` is surely a member of `outer`.
  [[nodiscard]] bool within(SymbolId inner, SymbolId outer) const;
  /// Some address may be a member of both.
  [[nodiscard]] bool may_overlap(SymbolId a, SymbolId b) const;
  /// Surely has a member in that family: a service tag in IPv4. ASGs may be empty, and no document promises IPv6.
  [[nodiscard]] bool surely_populated(SymbolId id, net::Family family) const;

 private:
  std::vector<Symbol> symbols_;
};

/// One side of a rule or question: real addresses, symbols, and whether it may hold other addresses besides.
struct AddressTerm {
  net::AddressSet known;
  std::vector<SymbolId> symbols;
  bool undetermined{};  ///< an entry could not be read: any address may belong
};

/// Ports of a rule: those surely meant and those perhaps meant (all, when an entry could not be read).
struct PortTerm {
  net::PortSet known;
  bool undetermined{};
};

/// Index of a rule in the list that the filter was made from.
using RuleIndex = std::uint32_t;

/// A rule as the engine needs it: five sets, each three-valued, and what it does.
struct FilterRule {
  AddressTerm source;
  AddressTerm destination;
  PortTerm source_ports;
  PortTerm destination_ports;
  net::ProtocolSet protocols;     ///< surely meant
  bool protocols_undetermined{};  ///< any protocol may be meant
  bool may_allow{};
  bool may_deny{};  ///< both: the input does not settle the access
  std::int64_t priority{};
  bool floating{};       ///< priority unknown: may stand anywhere
  bool may_be_absent{};  ///< may not exist, or not in this direction
  bool is_default{};
  Reason reason{Reason::InvalidRule};  ///< why it is uncertain, if it is
};

/// A set of flows: a product of five sets, source and destination of the same family.
struct FlowSet {
  net::ProtocolSet protocols;
  AddressTerm source;
  net::PortSet source_ports;
  AddressTerm destination;
  net::PortSet destination_ports;
};

/// Every flow between known addresses: all protocols, addresses and ports, no symbol.
[[nodiscard]] inline FlowSet every_flow() {
  FlowSet flows{net::all_protocols(), {}, net::PortSet::all(), {}, net::PortSet::all()};
  flows.source.known = flows.destination.known = net::AddressSet::any();
  return flows;
}

}  // namespace nsgcheck::engine
