// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/way_oracle.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace nsgcheck::oracle {
namespace {

/// What stands before an address.
struct Spot {
  bool inside{};
  std::optional<std::size_t> subnet_nsg, nic_nsg;
};

bool is_in(const net::AnyPrefix& prefix, const net::IpAddress& address) {
  return std::visit(
      [&](const auto& one) {
        const auto* same = std::get_if<std::decay_t<decltype(one.network())>>(&address);
        return same != nullptr && one.low() <= same->bits && same->bits <= one.high();
      },
      prefix);
}

Spot spot_of(const model::Deployment& deployment, const net::IpAddress& address) {
  for (const model::Role& role : deployment.roles)
    for (const model::Instance& instance : role.instances)
      for (const net::IpAddress& own : instance.addresses)
        if (own == address)
          return {true, role.subnet ? deployment.subnets[*role.subnet].nsg : std::nullopt, instance.nsg};
  for (const model::Subnet& subnet : deployment.subnets)
    for (const net::AnyPrefix& prefix : subnet.prefixes)
      if (is_in(prefix, address)) return {true, subnet.nsg, std::nullopt};
  return {};
}

Outcome both(Outcome a, Outcome b) {
  if (a == Outcome::No || b == Outcome::No) return Outcome::No;
  return a == Outcome::Yes && b == Outcome::Yes ? Outcome::Yes : Outcome::Unknown;
}

Outcome nsgs_let_through(const model::Deployment& deployment, const World& world, const net::FiveTuple& packet,
                         const Spot& spot, net::Direction direction) {
  Outcome out = Outcome::Yes;
  for (const auto& nsg : {spot.subnet_nsg, spot.nic_nsg})
    if (nsg) out = both(out, judge(deployment.nsgs[*nsg], direction, world, packet).outcome);
  return out;
}

bool matches(const model::AdminRule& admin, const World& world, const net::FiveTuple& packet) {
  return match(admin.rule, world, packet) == Match::Yes;
}

// One end of the way: the first admin rule that matches, then the NSGs unless it settles the matter.
Outcome end_lets_through(const model::Deployment& deployment, const World& world, const net::FiveTuple& packet,
                         const Spot& spot, net::Direction direction) {
  const model::AdminRule* first = nullptr;
  for (const model::AdminRule& admin : deployment.admin_rules) {
    if (admin.rule.direction.value != direction || !matches(admin, world, packet)) continue;
    if (first == nullptr || *admin.rule.priority.value < *first->rule.priority.value) first = &admin;
  }
  if (first != nullptr && first->always_allow) return Outcome::Yes;
  if (first != nullptr && first->rule.access.value == model::Access::Deny) return Outcome::No;
  return nsgs_let_through(deployment, world, packet, spot, direction);
}

}  // namespace

Outcome arrives(const model::Deployment& deployment, const World& world, const net::FiveTuple& packet) {
  const Spot from = spot_of(deployment, packet.source);
  const Spot to = spot_of(deployment, packet.destination);
  Outcome out = Outcome::Yes;
  if (from.inside) out = both(out, end_lets_through(deployment, world, packet, from, net::Direction::Outbound));
  if (to.inside) out = both(out, end_lets_through(deployment, world, packet, to, net::Direction::Inbound));
  return out;
}

}  // namespace nsgcheck::oracle
