// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <z3++.h>

#include <cstdint>
#include <vector>

#include "analyzer/engine/space.hpp"
#include "analyzer/model/security_rule.hpp"

namespace nsgcheck::engine {

/// A third opinion: the five fields as free bit vectors, rules as formulas over them. IPv4, TCP and UDP, and the world
/// without a deployment (semantics 2), written down here once more.
class Solver {
 public:
  /// `context` must outlive this.
  explicit Solver(z3::context& context);

  /// REQUIRES: is_plain(rule).
  [[nodiscard]] z3::expr match(const model::SecurityRule& rule) const;
  /// First match over rules in their order; what none matches is denied.
  [[nodiscard]] z3::expr allowed(const std::vector<model::SecurityRule>& rules) const;
  [[nodiscard]] z3::expr inside(const std::vector<Region>& regions) const;
  /// TCP to one port.
  [[nodiscard]] z3::expr tcp_to(net::Port port) const;
  /// Whether some TCP or UDP packet fulfils it. Fails the test when Z3 does not know.
  [[nodiscard]] bool possible(const z3::expr& formula) const;

 private:
  [[nodiscard]] z3::expr one_of(const net::ProtocolSet& protocols) const;
  [[nodiscard]] z3::expr in(const std::vector<model::AddressItem>& items, const z3::expr& value) const;
  [[nodiscard]] z3::expr in(const std::vector<model::PortItem>& items, const z3::expr& value) const;

  z3::context& context_;
  z3::expr protocol_, source_, destination_, source_port_, destination_port_;
};

/// Everything in the rule is known, and no set of addresses is needed that is not in here.
[[nodiscard]] bool is_plain(const model::SecurityRule& rule);

}  // namespace nsgcheck::engine
