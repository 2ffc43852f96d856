// SPDX-License-Identifier: Apache-2.0
// What the engine claims of tags without data must hold however they turn out: the tags are given data and the oracle
// judges the packets in the world that results.
#include "tests/engine/assignment.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/explain.hpp"
#include "analyzer/engine/resolve.hpp"
#include "analyzer/net/text.hpp"
#include "tests/engine/probes.hpp"
#include "tests/oracle/packet_oracle.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine::assignment_test {
namespace {

using oracle::Outcome;

constexpr unsigned kSeeds = 3000;
constexpr int kAssignments = 4;
constexpr int kPackets = 80;

class AssignmentCheck {
 public:
  AssignmentCheck(const Case& c, const Filter& filter, const model::Nsg& nsg, const Answer& answer)
      : case_{c}, filter_{filter}, nsg_{nsg}, answer_{answer} {}

  Complaint run(unsigned seed) {
    Rng rng{seed};
    for (int a = 0; a < kAssignments; ++a) {
      Case assigned = case_;
      assigned.world = random_assignment(rng, case_.world);
      if (Complaint complaint = in_world(rng, assigned)) return *complaint + '\n' + describe(assigned);
    }
    return std::nullopt;
  }

 private:
  Complaint in_world(Rng& rng, const Case& assigned) {
    const Edges places = edges(assigned, nsg_);
    for (int i = 0; i < kPackets; ++i) {
      const auto packet = random_packet(rng, places);
      if (!packet) return std::nullopt;
      if (Complaint complaint = check(*packet, assigned.world)) return *complaint + " at " + describe(*packet);
    }
    return check_some(places, assigned.world);
  }

  Complaint check(const net::FiveTuple& packet, const oracle::World& world) const {
    const Outcome truth = oracle::judge(nsg_, Direction::Inbound, world, packet).outcome;
    const std::size_t yes = count_in(answer_.yes, packet, filter_.symbols(), world);
    const std::size_t unknown = count_in(answer_.unknown, packet, filter_.symbols(), world);
    if (yes > 0 && truth != Outcome::Yes) return "in the yes region but not allowed";
    if (yes + unknown == 0 && truth != Outcome::No) return "in no region but not denied";
    return std::nullopt;
  }

  // some_yes: there is a flow in the yes region whatever the tags hold.
  Complaint check_some(const Edges& places, const oracle::World& world) const {
    if (!answer_.some_yes) return std::nullopt;
    for (const Region& region : answer_.yes)
      for (const net::IpAddress& source : places.sources)
        for (const net::IpAddress& destination : places.destinations) {
          if (source.index() != destination.index()) continue;
          net::FiveTuple packet{net::kTcp, source, 0, destination, 0};
          for (unsigned p = 0; p < 256; ++p)
            if (region.protocols[p]) packet.protocol.number = static_cast<std::uint8_t>(p);
          packet.source_port = region.source_ports.intervals()[0].low;
          packet.destination_port = region.destination_ports.intervals()[0].low;
          if (in_region(region, packet, filter_.symbols(), world)) return std::nullopt;
        }
    return "some_yes, but the yes region is empty";
  }

  const Case& case_;
  const Filter& filter_;
  const model::Nsg& nsg_;
  const Answer& answer_;
};

Complaint check_addresses(const Case& c) {
  const model::Nsg nsg = support::nsg_of(c.lines);
  const Filter filter{resolve(nsg, Direction::Inbound, context_of(c.world))};
  const Answer answer = ask(filter, flow_set_of(c.question));
  return AssignmentCheck{c, filter, nsg, answer}.run(5);
}

// Asked from a tag without data: the packets of the question are the tag's members in each world.
Complaint check_from_tag(const Case& c) {
  const model::Nsg nsg = support::nsg_of(c.lines);
  const Filter filter{resolve(nsg, Direction::Inbound, context_of(c.world))};
  if (filter.symbols().size() == 0) return std::nullopt;
  FlowSet flows = flow_set_of(c.question);
  flows.source = {{}, {0}, false};
  const Answer answer = ask(filter, flows);
  if (!answer.complete) return "the budget ran out on a small case";
  const Symbol& symbol = filter.symbols()[0];
  Rng rng{3};
  for (int a = 0; a < kAssignments; ++a) {
    Case assigned = c;
    assigned.world = random_assignment(rng, c.world);
    const auto& names = symbol.kind == Symbol::Kind::Asg ? assigned.world.asgs : assigned.world.tags;
    assigned.question.source = names.at(net::lower(symbol.name));
    const Edges places = edges(assigned, nsg);
    for (int i = 0; i < kPackets; ++i) {
      const auto packet = random_packet(rng, places);
      if (!packet) break;
      const Outcome truth = oracle::judge(nsg, Direction::Inbound, assigned.world, *packet).outcome;
      if (!answer.some_unknown && answer.some_yes && !answer.some_no && truth != Outcome::Yes)
        return "allowed from " + symbol.name + ", but not " + describe(*packet) + '\n' + describe(assigned);
      if (!answer.some_unknown && !answer.some_yes && truth != Outcome::No)
        return "denied from " + symbol.name + ", but not " + describe(*packet) + '\n' + describe(assigned);
    }
  }
  return std::nullopt;
}

TEST(Assignment, ClaimsHoldHoweverTheTagsTurnOut) { hold(kSeeds, {.undetermined = false}, check_addresses); }
TEST(Assignment, ClaimsHoldBesideUnreadableValues) { hold(kSeeds, {}, check_addresses); }
TEST(Assignment, ClaimsHoldForAQuestionFromATag) { hold(kSeeds, {.undetermined = false}, check_from_tag); }
TEST(Assignment, ClaimsHoldWhereRulesMeetOften) {
  hold(kSeeds, {.ipv6 = false, .undetermined = false, .portless = false, .narrow = true}, check_addresses);
}

struct OneAddress {
  const char* name;
  std::vector<std::string> lines;
  const char* source;
  Verdict verdict;
};

// From interface 8: what is known of tags (subset, public addresses only) overrides the walk rule where it settles.
class TagKnowledge : public testing::TestWithParam<OneAddress> {};

TEST_P(TagKnowledge, SettlesOneAddress) {
  const model::Nsg nsg = support::nsg_of(GetParam().lines);
  const Filter filter{resolve(nsg, Direction::Inbound, model::default_context())};
  const net::FiveTuple packet{net::kTcp, *net::parse_address(GetParam().source), 50000, *net::parse_address("10.0.0.4"),
                              443};
  EXPECT_EQ(name(verdict(ask(filter, flow_set(packet, false)))), name(GetParam().verdict));
}
INSTANTIATE_TEST_SUITE_P(
    Rows, TagKnowledge,
    testing::Values(OneAddress{"AllowedPartBehindDeniedWhole",
                               {"100 Deny Inbound Tcp Storage * * *", "110 Allow Inbound Tcp Storage.WestUS * * *"},
                               "20.60.0.1",
                               Verdict::Deny},
                    OneAddress{"DeniedPartBehindAllowedWhole",
                               {"100 Allow Inbound Tcp Storage * * *", "110 Deny Inbound Tcp Storage.WestUS * * *"},
                               "20.60.0.1",
                               Verdict::Unknown},
                    OneAddress{"AllowedPartBeforeDeniedWhole",
                               {"100 Allow Inbound Tcp Storage.WestUS * * *", "110 Deny Inbound Tcp Storage * * *"},
                               "20.60.0.1",
                               Verdict::Unknown},
                    OneAddress{"SameTagDeniedThenAllowed",
                               {"100 Deny Inbound Tcp Sql * * *", "110 Allow Inbound Tcp Sql * * *"},
                               "20.60.0.1",
                               Verdict::Deny},
                    OneAddress{"OtherTagDenied",
                               {"100 Deny Inbound Tcp Sql * * *", "110 Allow Inbound Tcp Storage * * *"},
                               "20.60.0.1",
                               Verdict::Unknown},
                    OneAddress{
                        "PrivateAddressIsInNoTag", {"100 Deny Inbound Tcp Storage * * *"}, "10.9.9.9", Verdict::Allow},
                    OneAddress{"BothWaysAllowed",
                               {"100 Allow Inbound Tcp Storage * * *", "110 Allow Inbound Tcp Internet * * *"},
                               "20.60.0.1",
                               Verdict::Allow}),
    [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace nsgcheck::engine::assignment_test
