// SPDX-License-Identifier: Apache-2.0
// What a change means for whole ways, held packet by packet against a slow reading of both sides: inbound and outbound,
// IPv4 and IPv6, with admin rules before the NSGs.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/policy/path_diff.hpp"
#include "tests/engine/probes.hpp"
#include "tests/oracle/way_oracle.hpp"
#include "tests/policy/network_case.hpp"

namespace nsgcheck::policy::path_diff_oracle_test {
namespace {

using oracle::Outcome;

struct Sides {
  NetworkRules before, after;
};

std::string text_of(const Sides& sides) {
  std::string out;
  const auto add = [&](const char* name, const RuleLines& lines) {
    out += std::string{name} + ":\n";
    for (const std::string& line : lines) out += "  " + line + '\n';
  };
  for (const NetworkRules* one : {&sides.before, &sides.after}) {
    add("front", one->front);
    add("nic", one->nic);
    add("data", one->data);
    add("admin", one->admin);
  }
  return out;
}

/// Both sides and all that is said of the change.
class Compared {
 public:
  explicit Compared(const Sides& sides)
      : before_{network_of(sides.before)},
        after_{network_of({sides.after.front, sides.after.nic, sides.after.data, sides.before.admin})} {
    for (std::size_t i = 0; i < before_.nsgs.size(); ++i)
      diffs_.push_back(compare({&before_.nsgs[i], &after_.nsgs[i]}, before_.network, false));
    pair_ = with_sides(before_, diffs_);
    changes_ = path_changes(pair_, diffs_);
  }

  /// "" when what is said of the packet is right.
  [[nodiscard]] std::string complaint(const net::FiveTuple& packet) const {
    const oracle::World world = oracle::default_world();
    const bool was = oracle::arrives(before_, world, packet) == Outcome::Yes;
    const bool is = oracle::arrives(after_, world, packet) == Outcome::Yes;
    const bool opened = is_in(packet, engine::Shift::NewlyAllowed);
    const bool closed = is_in(packet, engine::Shift::NewlyDenied);
    if (opened != (is && !was)) return opened ? "is said to arrive newly" : "arrives newly, unsaid";
    if (closed != (was && !is)) return closed ? "is said to be lost newly" : "is lost newly, unsaid";
    return "";
  }

  /// Nothing of these rules is open, so nothing may be said to be.
  [[nodiscard]] bool says_unknown() const {
    return std::any_of(changes_.begin(), changes_.end(),
                       [](const PathChange& one) { return !one.unknown.empty() || !one.complete; });
  }
  [[nodiscard]] const std::vector<PathChange>& changes() const { return changes_; }

 private:
  [[nodiscard]] bool is_in(const net::FiveTuple& packet, engine::Shift shift) const {
    const oracle::World world = oracle::default_world();
    const engine::SymbolTable none;
    return std::any_of(changes_.begin(), changes_.end(), [&](const PathChange& one) {
      return one.change->shift == shift &&
             std::any_of(one.arrives.begin(), one.arrives.end(),
                         [&](const NamedRegion& r) { return engine::in_region(r.region, packet, none, world); });
    });
  }

  model::Deployment before_, after_;
  std::vector<NsgDiff> diffs_;
  DeploymentPair pair_;
  std::vector<PathChange> changes_;
};

/// An address of a subnet that no machine has.
bool is_empty_place(const net::IpAddress& address) {
  const auto is = [&](const char* text) { return address == address_at(text); };
  return is("10.0.0.3") || is("10.0.0.6") || is("10.0.1.5") || is("fd00:1::5");
}

TEST(PathDiffOracle, AgreesOnEveryEdgePacketOfRandomNetworks) {
  for (unsigned seed = 0; seed < engine::seeds(150); ++seed) {
    engine::Rng rng{seed};
    Sides sides{random_network(rng), {}};
    sides.after = sides.before;
    // Mostly one NSG changes.
    (rng() % 2 == 0 ? sides.after.front : rng() % 2 == 0 ? sides.after.nic : sides.after.data) = random_rules(rng, 4);
    if (rng() % 4 == 0) sides.after.nic = random_rules(rng, 3);
    const Compared compared{sides};
    ASSERT_FALSE(compared.says_unknown()) << "seed " << seed << '\n' << text_of(sides);
    for (const net::FiveTuple& packet : edge_packets()) {
      // Nobody sends from there or is reached there.
      if (is_empty_place(packet.source) || is_empty_place(packet.destination)) continue;
      const std::string complaint = compared.complaint(packet);
      ASSERT_EQ(complaint, "") << engine::describe(packet) << "\nseed " << seed << '\n' << text_of(sides);
    }
  }
}

/// What is said of a change: "+ B tcp 443 from 203.0.113.0/24" newly arrives at B, "-" is newly lost, "=" is stopped.
struct Row {
  const char* name;
  Sides sides;
  std::vector<std::string> said;
};

const RuleLines kWeb{"100 Allow Inbound Tcp Internet * * 443"};
const RuleLines kNoMail{"100 Deny Outbound Tcp * * Internet 443"};
const RuleLines kV6{"100 Allow Inbound Tcp 2001:db8:7::/48 * fd00:1::/64 443"};
const Row kRows[] = {
    {"OpenedAtTheSubnetArrivesWhereNoNicDenies",
     {{{}, {}, {}, {}}, {kWeb, {}, {}, {}}},
     {"= A", "+ B inbound tcp 443 from Internet"}},
    {"OutboundClosedAtTheSubnetIsLostForBoth",
     {{{}, {}, {}, {}}, {kNoMail, {}, {}, {}}},
     {"- A outbound tcp 443 to Internet", "- B outbound tcp 443 to Internet"}},
    {"OutboundClosedAtTheNicIsLostForOne",
     {{{}, {}, {}, {}}, {{}, kNoMail, {}, {}}},
     {"- A outbound tcp 443 to Internet"}},
    {"Ipv6ReachesTheMachineThatHasAnAddress",
     {{{}, kV6, {}, {}}, {kV6, kV6, {}, {}}},
     {"+ A inbound tcp 443 from 2001:db8:7::/48"}},
    {"AlwaysAllowDeliversOnBothSides",
     {{{}, {}, {}, {"AlwaysAllow Inbound Tcp Internet * * 443"}}, {kWeb, {}, {}, {}}},
     {}},
    {"AlwaysAllowOfAPartLeavesTheRest",
     {{{}, {}, {}, {"AlwaysAllow Inbound Tcp 203.0.113.0/24 * * 443"}},
      {{"100 Allow Inbound Tcp 203.0.112.0/23 * * 443"}, {}, {}, {}}},
     {"+ B inbound tcp 443 from 203.0.112.0/24"}},
    {"AnAdminDenyStopsIt", {{{}, {}, {}, {"Deny Inbound Tcp Internet * * 443"}}, {kWeb, {}, {}, {}}}, {"= A", "= B"}},
    {"OutboundOpenedToWhoStillDeniesIt",
     {{{"100 Deny Outbound * * * 10.0.1.0/24 *"}, {}, {"100 Deny Inbound * * * * *"}, {}},
      {{}, {}, {"100 Deny Inbound * * * * *"}, {}}},
     {"= A", "= B"}},
};

class PathDiffRow : public testing::TestWithParam<Row> {};

TEST_P(PathDiffRow, SaysWhatArrivesWhere) {
  const Compared compared{GetParam().sides};
  std::vector<std::string> said;
  for (const PathChange& one : compared.changes()) {
    const bool inbound = one.change->direction == net::Direction::Inbound;
    EXPECT_TRUE(one.unknown.empty());
    if (one.arrives.empty()) said.push_back("= " + one.instance->name);
    for (const NamedRegion& region : one.arrives)
      said.push_back((one.change->shift == engine::Shift::NewlyAllowed ? "+ " : "- ") + one.instance->name + ' ' +
                     std::string{model::name(one.change->direction)} + ' ' + service(region) +
                     (inbound ? " from " + enumerate(region.source) : " to " + enumerate(region.destination)));
  }
  EXPECT_EQ(said, GetParam().said);
}

INSTANTIATE_TEST_SUITE_P(Rows, PathDiffRow, testing::ValuesIn(kRows), [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace nsgcheck::policy::path_diff_oracle_test
