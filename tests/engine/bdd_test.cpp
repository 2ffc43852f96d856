// SPDX-License-Identifier: Apache-2.0
// A further opinion on sets that are too large for Z3: binary decision diagrams (BuDDy) over the bits of a packet,
// IPv4, every protocol. A rule is a conjunction, a rule set a chain of choices; nothing of the engine has a part in it.
#include <bdd.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/diff.hpp"
#include "analyzer/engine/hygiene.hpp"
#include "tests/engine/line_sets.hpp"
#include "tests/support/rule_styles.hpp"

namespace nsgcheck::engine::bdd_test {
namespace {

using support::RuleStyle;

// Where each field's bits stand, the highest first.
struct Bits {
  int first;
  int count;
};
constexpr Bits kSource{0, 32};
constexpr Bits kDestination{32, 32};
constexpr Bits kProtocol{64, 8};
constexpr Bits kSourcePort{72, 16};
constexpr Bits kDestinationPort{88, 16};
constexpr int kAllBits = 104;

// The field's value is at least, or at most, `bound`: from the lowest bit up.
bdd beyond(Bits field, std::uint64_t bound, bool at_least) {
  bdd out = bddtrue;
  for (int i = 0; i < field.count; ++i) {
    const bdd bit = bdd_ithvar(field.first + field.count - 1 - i);
    const bool set = (bound >> static_cast<unsigned>(i) & 1U) != 0;
    if (at_least)
      out = set ? bit & out : bit | out;
    else
      out = set ? (!bit) | out : (!bit) & out;
  }
  return out;
}

bdd between(Bits field, std::uint64_t low, std::uint64_t high) {
  return beyond(field, low, true) & beyond(field, high, false);
}

template <class T>
bdd in(Bits field, const net::IntervalSet<T>& set) {
  bdd any = bddfalse;
  for (const auto& item : set.intervals()) any |= between(field, item.low, item.high);
  return any;
}

bdd in(Bits field, const std::vector<model::AddressItem>& items) {
  bdd any = bddfalse;
  for (const auto& item : items) {
    const auto& prefix = std::get<net::Prefix4>(std::get<model::Block>(item.value).prefix);
    bdd all = bddtrue;
    for (int i = 0; i < prefix.length(); ++i) {
      const bdd bit = bdd_ithvar(field.first + i);
      all &= (prefix.low() >> static_cast<unsigned>(31 - i) & 1U) != 0 ? bit : !bit;
    }
    any |= all;
  }
  return any;
}

bdd in(Bits field, const std::vector<model::PortItem>& items) {
  bdd any = bddfalse;
  for (const auto& item : items) {
    if (std::holds_alternative<model::AnyPort>(item.value)) return bddtrue;
    const auto& range = std::get<model::PortRange>(item.value);
    any |= between(field, range.low, range.high);
  }
  return any;
}

bdd one_of(const net::ProtocolSet& protocols) {
  bdd any = bddfalse;
  for (unsigned p = 0; p < 256; ++p)
    if (protocols[p]) any |= between(kProtocol, p, p);
  return any;
}

bdd match(const model::SecurityRule& rule) {
  return in(kSource, rule.sources) & in(kDestination, rule.destinations) & one_of(*rule.protocol.value) &
         in(kSourcePort, rule.source_ports) & in(kDestinationPort, rule.destination_ports);
}

bdd inside(const std::vector<Region>& regions) {
  bdd any = bddfalse;
  for (const Region& region : regions)
    any |= in(kSource, region.source.addresses.v4) & in(kDestination, region.destination.addresses.v4) &
           one_of(region.protocols) & in(kSourcePort, region.source_ports) &
           in(kDestinationPort, region.destination_ports);
  return any;
}

/// A rule set as diagrams.
struct Chain {
  explicit Chain(const Lines& lines) : rules{user_rules(lines)} {
    for (const model::SecurityRule& rule : rules) matches.push_back(match(rule));
    allowed_from.assign(rules.size() + 1, bddfalse);
    for (std::size_t i = rules.size(); i-- > 0;)
      allowed_from[i] = bdd_ite(matches[i], allows(i) ? bddtrue : bddfalse, allowed_from[i + 1]);
  }
  [[nodiscard]] bool allows(std::size_t i) const { return rules[i].access.value == model::Access::Allow; }

  std::vector<model::SecurityRule> rules;
  std::vector<bdd> matches;
  std::vector<bdd> allowed_from;  ///< what is allowed when only the rules from here on are there
};

struct Row {
  RuleStyle style;
  std::size_t rules;
};

class Bdd : public testing::TestWithParam<Row> {
 protected:
  static void SetUpTestSuite() {
    if (bdd_isrunning() == 0) {
      bdd_init(1'000'000, 100'000);
      bdd_setvarnum(kAllBits);
      bdd_setmaxincrease(2'000'000);
      bdd_gbc_hook(nullptr);
    }
  }
  static Lines lines(unsigned seed) {
    Rng rng{seed};
    return support::styled_lines(GetParam().style, "Inbound", rng, GetParam().rules);
  }
};

TEST_P(Bdd, AgreesOnTheAllowedRegion) {
  for (unsigned seed = 0; seed < seeds(3); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Lines set = lines(seed);
    const Filter filter = filter_of(set);
    const bdd allowed = Chain{set}.allowed_from[0];
    const Answer answer = ask(filter, flow_set_of(ipv4_question(everything().protocols)));
    const bdd told = inside(answer.yes);
    EXPECT_TRUE((told - allowed) == bddfalse);
    // All boxes of a large set of crossing rules may be too many to be listed, and then the answer says so.
    EXPECT_EQ(answer.complete, told == allowed);
    EXPECT_TRUE(answer.complete || (GetParam().style == RuleStyle::ClassBench && GetParam().rules >= 500));
    for (const net::Port port : {net::Port{22}, net::Port{3389}, net::Port{20000}}) {
      PlainQuestion question = ipv4_question({6});
      question.destination_low = question.destination_high = port;
      const Answer of_port = ask(filter, flow_set_of(question));
      ASSERT_TRUE(of_port.complete) << port;
      const bdd asked = between(kProtocol, 6, 6) & between(kDestinationPort, port, port);
      EXPECT_TRUE(inside(of_port.yes) == (allowed & asked)) << port;
    }
  }
}

// What has no change of meaning is equivalent, and only that; what was allowed or denied newly is all told.
TEST_P(Bdd, AgreesOnWhatAChangeMeans) {
  int equal = 0;
  int different = 0;
  Lines before = lines(10);
  const bdd was = Chain{before}.allowed_from[0];
  const model::Nsg old_nsg = closed_group(before);
  Rng rng{11};
  for (unsigned i = 0; i < std::max(seeds(20), 12U); ++i) {
    SCOPED_TRACE("change " + std::to_string(i));
    Lines after = changed(rng, before);
    const bdd is = Chain{after}.allowed_from[0];
    const model::Nsg new_nsg = closed_group(after);
    const FilterDiff found = diff(&old_nsg, &new_nsg, Direction::Inbound, context_of(oracle::default_world()));
    ASSERT_TRUE(found.complete);
    bdd told[2] = {bddfalse, bddfalse};  // newly denied, newly allowed
    for (const Difference& one : found.differences) {
      ASSERT_NE(one.contrast.shift, Shift::Unknown);
      told[one.contrast.shift == Shift::NewlyAllowed ? 1 : 0] |= inside(one.regions);
    }
    EXPECT_TRUE(told[1] == is - was);
    EXPECT_TRUE(told[0] == was - is);
    EXPECT_EQ(found.differences.empty(), was == is);
    ++(was == is ? equal : different);
  }
  EXPECT_GT(equal, 0);
  EXPECT_GT(different, 0);
}

TEST_P(Bdd, AgreesOnShadowedAndRedundantRules) {
  int shadowed_rules = 0;
  int redundant_rules = 0;
  for (unsigned seed = 20; seed < 20 + seeds(3); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Lines set = lines(seed);
    const Chain chain{set};
    const Filter filter = filter_of(set);
    const HygieneReport report = check_hygiene(filter);
    ASSERT_TRUE(report.undecided.empty());
    std::vector<bool> told_shadowed(set.size() + 1);
    std::vector<bool> told_redundant(set.size() + 1);
    for (const HygieneFinding& finding : report.findings) {
      if (finding.kind == HygieneKind::Shadowed) told_shadowed[filter.origin(finding.rule)] = true;
      if (finding.kind == HygieneKind::Redundant) told_redundant[filter.origin(finding.rule)] = true;
    }
    bdd decided[2] = {bddfalse, bddfalse};  // by rules so far: denied, allowed
    for (std::size_t i = 0; i < set.size(); ++i) {
      const bool allows = chain.allows(i);
      const bdd own = chain.matches[i] - (decided[0] | decided[1]);
      const bool shadowed = own == bddfalse && (chain.matches[i] & decided[allows ? 0 : 1]) != bddfalse;
      const bdd otherwise = allows ? own - chain.allowed_from[i + 1] : own & chain.allowed_from[i + 1];
      const bool redundant = !shadowed && otherwise == bddfalse;
      EXPECT_EQ(told_shadowed[i], shadowed) << set[i];
      EXPECT_EQ(told_redundant[i], redundant) << set[i];
      shadowed_rules += shadowed ? 1 : 0;
      redundant_rules += redundant ? 1 : 0;
      decided[allows ? 1 : 0] |= own;
    }
  }
  EXPECT_GT(shadowed_rules, 0);
  EXPECT_GT(redundant_rules, 0);
}

INSTANTIATE_TEST_SUITE_P(Styles, Bdd,
                         testing::Values(Row{RuleStyle::ClassBench, 200}, Row{RuleStyle::ClassBench, 500},
                                         Row{RuleStyle::ClassBench, 1000}, Row{RuleStyle::Batfish, 200},
                                         Row{RuleStyle::Batfish, 1000}),
                         [](const testing::TestParamInfo<Row>& row) {
                           return std::string{row.param.style == RuleStyle::ClassBench ? "ClassBench" : "Batfish"} +
                                  std::to_string(row.param.rules);
                         });

}  // namespace
}  // namespace nsgcheck::engine::bdd_test
