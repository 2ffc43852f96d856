// SPDX-License-Identifier: Apache-2.0
// Which changes of rules an intent notices. What is expected follows from the rules by hand.
#include "analyzer/policy/mutate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/oracle/packet_oracle.hpp"
#include "tests/policy/intent_case.hpp"

namespace nsgcheck::policy::mutate_test {
namespace {

using Lines = std::vector<std::string>;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;

struct Mutated {
  Mutated(const Lines& lines, const std::string& yaml) : intent{intent_of(yaml)}, nsg{support::nsg_of(lines)} {
    model::find_faults(nsg);
    options.intent = &intent;
    const NsgAudit audit = audit_nsg(nsg, 0, context, intent_policies(), options);
    found = mutate(nsg, context, options, audit.expectations);
  }
  [[nodiscard]] Lines survivors() const {
    Lines out;
    for (const Survivor& one : found.survivors) out.push_back(nsg.rules[one.rule].name + ' ' + one.what);
    return out;
  }

  Intent intent;
  model::Nsg nsg;
  model::NetworkContext context{model::default_context()};
  AuditOptions options;
  Mutation found;
};

const Lines kWeb{"100 Allow Inbound Tcp Internet * 10.0.0.4 443"};

TEST(Mutate, NoticesAllWhereEverythingIsStated) {
  const Mutated run{kWeb, R"(only:
  - allow:
      - {from: Internet, protocol: tcp, to: 10.0.0.4, ports: 443}
      - {from: VirtualNetwork, to: VirtualNetwork}
      - {from: AzureLoadBalancer}
  - {direction: out, allow: [{from: VirtualNetwork, to: VirtualNetwork}, {to: Internet}]})"};
  EXPECT_THAT(run.survivors(), IsEmpty());
  EXPECT_EQ(run.found.undecided, 0U);
  EXPECT_EQ(run.found.kill_rate(), 100U);
  EXPECT_EQ(run.found.mutants, run.found.killed + run.found.equivalent);
  EXPECT_GE(run.found.killed, 6U);
}

// The intent says nothing of what else may be open.
TEST(Mutate, ListsWhatIsNotNoticed) {
  const Mutated run{kWeb, "must: [{protocol: tcp, from: Internet, to: 10.0.0.4, ports: 443}]"};
  EXPECT_THAT(run.survivors(), Contains("R0 destination widened to any"));
  EXPECT_THAT(run.survivors(), Contains("R0 ports widened to any"));
  EXPECT_THAT(run.survivors(), Contains("R0 protocol widened to any"));
  EXPECT_THAT(run.survivors(), Not(Contains("R0 dropped")));
  EXPECT_THAT(run.survivors(), Not(Contains("R0 access flipped to Deny")));
  EXPECT_THAT(run.survivors(), Not(Contains("R0 port 443 moved to 444")));
  EXPECT_LT(run.found.kill_rate(), 100U);
}

TEST(Mutate, CountsWhatChangesNothingByItself) {
  // The second rule decides nothing, so nothing that is done to it but a flip can be noticed.
  const Mutated run{{"100 Allow Inbound Tcp * * * 443", "110 Allow Inbound Tcp 203.0.113.0/24 * * 443"},
                    "only: [{to: VirtualNetwork, from: Internet, allow: [{protocol: tcp, ports: 443}]}]"};
  EXPECT_THAT(run.survivors(), Not(Contains("R1 dropped")));
  EXPECT_GE(run.found.equivalent, 3U);
}

TEST(Mutate, SwapsPriorities) {
  const Lines rules{"100 Deny Inbound Tcp 203.0.113.7 * * 443", "110 Allow Inbound Tcp 203.0.113.0/24 * * 443"};
  EXPECT_THAT((Mutated{rules, "must: [{protocol: tcp, from: 203.0.113.128/25, ports: 443}]"}.survivors()),
              Contains("R0 priority swapped with R1"));
  EXPECT_THAT((Mutated{rules, "mustNot: [{from: 203.0.113.7, ports: 443}]"}.survivors()),
              Not(Contains("R0 priority swapped with R1")));
}

TEST(Mutate, TakesEntriesOutAndHalvesPrefixes) {
  const Mutated run{{"100 Allow Inbound Tcp 203.0.113.0/24,198.51.100.7 * * 80,443"},
                    "must: [{protocol: tcp, from: 203.0.113.0/25, ports: 443}]"};
  EXPECT_THAT(run.survivors(), Contains("R0 source 203.0.113.0/24 narrowed to 203.0.113.0/25"));
  EXPECT_THAT(run.survivors(), Contains("R0 source 198.51.100.7 taken out"));
  EXPECT_THAT(run.survivors(), Contains("R0 port 80 taken out"));
  EXPECT_THAT(run.survivors(), Not(Contains("R0 port 443 taken out")));
}

// The packet that is shown fares otherwise by the oracle's walk: with the rule dropped it is denied.
TEST(Mutate, ShowsAPacketThatFaresOtherwise) {
  const Mutated run{kWeb, "mustNot: [{from: Internet, ports: 3389}]"};
  const auto dropped = std::find_if(run.found.survivors.begin(), run.found.survivors.end(),
                                    [](const Survivor& one) { return one.what == "dropped"; });
  ASSERT_NE(dropped, run.found.survivors.end());
  ASSERT_TRUE(dropped->witness.has_value());
  const Witness& shown = *dropped->witness;
  const net::FiveTuple packet{shown.protocol, std::get<net::IpAddress>(shown.source), shown.source_port.value_or(0),
                              std::get<net::IpAddress>(shown.destination), shown.destination_port.value_or(0)};
  const auto asked = [&](const Lines& rules) {
    return oracle::judge(support::nsg_of(rules), net::Direction::Inbound, oracle::default_world(), packet).outcome;
  };
  EXPECT_EQ(asked(kWeb), oracle::Outcome::Yes);
  EXPECT_EQ(asked({}), oracle::Outcome::No);
}

}  // namespace
}  // namespace nsgcheck::policy::mutate_test
