// SPDX-License-Identifier: Apache-2.0
// A third opinion on groups too big for the oracle to try every packet of: Z3 over bit vectors, IPv4, TCP and UDP.
#include <gtest/gtest.h>
#include <z3++.h>

#include <algorithm>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/diff.hpp"
#include "analyzer/engine/hygiene.hpp"
#include "analyzer/engine/simplify.hpp"
#include "tests/engine/line_sets.hpp"
#include "tests/engine/random_case.hpp"
#include "tests/engine/z3_solver.hpp"
#include "tests/support/rule_line.hpp"
#include "tests/support/rule_styles.hpp"

namespace nsgcheck::engine::z3_test {
namespace {

constexpr unsigned kSeeds = 6;

std::string prefixes(Rng& rng, unsigned first_octet) {
  static const std::vector<int> kLengths{0, 6, 8, 10, 12, 16};
  std::string list;
  for (auto count = 1 + rng() % 3; count > 0; --count) {
    if (!list.empty()) list += ',';
    list += std::to_string(first_octet) + '.' + std::to_string(rng() % 4 * 64) + ".0.0/" +
            std::to_string(pick(rng, kLengths));
  }
  return list;
}

std::string ports(Rng& rng) {
  if (rng() % 3 == 0) return "*";
  const auto low = rng() % 8 * 1000;
  return std::to_string(low) + '-' + std::to_string(low + 1000 * (rng() % 6) + rng() % 2);
}

// Every third set of a kind: lists that cross, and the shapes that others measure with.
Lines random_lines(Rng& rng, unsigned seed) {
  using support::RuleStyle;
  if (seed % 3 != 0)
    return support::styled_lines(seed % 3 == 1 ? RuleStyle::ClassBench : RuleStyle::Batfish, "Inbound", rng,
                                 30 + rng() % 30);
  Lines lines;
  for (std::size_t i = 0, count = 30 + rng() % 30; i < count; ++i)
    lines.push_back(std::to_string(100 + i) + (rng() % 2 == 0 ? " Allow" : " Deny") + " Inbound " +
                    (rng() % 3 == 0 ? "Udp " : "Tcp ") + prefixes(rng, 20) + ' ' + (rng() % 4 == 0 ? ports(rng) : "*") +
                    ' ' + prefixes(rng, 10) + ' ' + ports(rng));
  return lines;
}

Answer ask_ipv4(const Lines& lines) { return ask(filter_of(lines), flow_set_of(ipv4_question({6, 17}))); }

TEST(Z3, AgreesOnTheAllowedRegion) {
  for (unsigned seed = 0; seed < seeds(kSeeds); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng{seed};
    const Lines lines = random_lines(rng, seed);
    const Answer answer = ask_ipv4(lines);
    ASSERT_TRUE(answer.complete);
    z3::context context;
    const Solver solver{context};
    EXPECT_FALSE(solver.possible(solver.allowed(user_rules(lines)) != solver.inside(answer.yes)));
  }
}

// Whether some packet to a port gets through, and whether some does not.
TEST(Z3, AgreesOnReachability) {
  int reached = 0;
  int closed = 0;
  for (unsigned seed = 0; seed < seeds(2 * kSeeds); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng{500 + seed};
    const Lines lines = random_lines(rng, seed);
    const Filter filter = filter_of(lines);
    z3::context context;
    const Solver solver{context};
    const z3::expr allowed = solver.allowed(user_rules(lines));
    for (const net::Port port : {net::Port{22}, net::Port{443}, net::Port{3389}, net::Port{8007}, net::Port{61234}}) {
      PlainQuestion question = ipv4_question({6});
      question.destination_low = question.destination_high = port;
      const Answer answer = ask(filter, flow_set_of(question));
      const bool some_yes = solver.possible(allowed && solver.tcp_to(port));
      EXPECT_EQ(answer.some_yes, some_yes) << port;
      EXPECT_EQ(answer.some_no, solver.possible(!allowed && solver.tcp_to(port))) << port;
      ++(some_yes ? reached : closed);
    }
  }
  EXPECT_GT(reached, 0);
  EXPECT_GT(closed, 0);
}

TEST(Z3, AgreesOnEquivalence) {
  int equal = 0;
  int different = 0;
  for (unsigned seed = 0; seed < std::max(seeds(5 * kSeeds), 20U); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng{100 + seed};
    const Lines before = random_lines(rng, seed);
    const Lines after = changed(rng, before);
    const bool same = ask_ipv4(before).yes == ask_ipv4(after).yes;
    z3::context context;
    const Solver solver{context};
    const bool differ = solver.possible(solver.allowed(user_rules(before)) != solver.allowed(user_rules(after)));
    EXPECT_EQ(same, !differ);
    ++(same ? equal : different);
  }
  // Both kinds occurred, or the comparison shows nothing.
  EXPECT_GT(equal, 0);
  EXPECT_GT(different, 0);
}

// Not only whether something changed: exactly what, either way.
TEST(Z3, AgreesOnWhatIsNewlyAllowedAndDenied) {
  int equal = 0;
  int different = 0;
  for (unsigned seed = 0; seed < std::max(seeds(2 * kSeeds), 8U); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng{300 + seed};
    const Lines before = random_lines(rng, seed);
    const Lines after = changed(rng, before);
    z3::context context;
    const Solver solver{context};
    const z3::expr was = solver.allowed(user_rules(before));
    const z3::expr is = solver.allowed(user_rules(after));
    const model::Nsg old_nsg = closed_group(before);
    const model::Nsg new_nsg = closed_group(after);
    const FilterDiff found = diff(&old_nsg, &new_nsg, Direction::Inbound, context_of(oracle::default_world()));
    ASSERT_TRUE(found.complete);
    std::vector<Region> allowed;
    std::vector<Region> denied;
    for (const Difference& one : found.differences) {
      ASSERT_NE(one.contrast.shift, Shift::Unknown);
      auto& list = one.contrast.shift == Shift::NewlyAllowed ? allowed : denied;
      list.insert(list.end(), one.regions.begin(), one.regions.end());
    }
    EXPECT_FALSE(solver.possible((!was && is) != solver.inside(allowed)));
    EXPECT_FALSE(solver.possible((was && !is) != solver.inside(denied)));
    ++(found.differences.empty() ? equal : different);
  }
  EXPECT_GT(equal, 0);
  EXPECT_GT(different, 0);
}

// Smaller rule sets: nothing changed, and nothing that could go stayed.
TEST(Z3, AgreesThatSimplifiedRulesMeanTheSame) {
  std::size_t fewer = 0;
  for (unsigned seed = 0; seed < std::max(seeds(2 * kSeeds), 8U); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng{400 + seed};
    Lines lines = random_lines(rng, seed);
    lines.emplace_back("4096 Deny Inbound * * * * *");
    const model::Nsg before = support::nsg_of(lines);
    const auto keeps = [](const model::SecurityRule& rule) { return rule.priority.value == 4096; };
    const Simplification result =
        simplify(before, context_of(oracle::default_world()), {.merge = true, .keeps = keeps});
    ASSERT_TRUE(result.unproven.empty());
    ASSERT_TRUE(result.undecided.empty());
    std::vector<model::SecurityRule> kept;
    for (const model::SecurityRule& rule : model::apply(before, result.changes).rules)
      if (!model::is_default(rule)) kept.push_back(rule);
    z3::context context;
    const Solver solver{context};
    EXPECT_FALSE(solver.possible(solver.allowed(user_rules(lines)) != solver.allowed(kept)));
    fewer += lines.size() - kept.size();
  }
  EXPECT_GT(fewer, 0U);
}

TEST(Z3, AgreesOnRulesThatNeverDecide) {
  int dead = 0;
  for (unsigned seed = 0; seed < seeds(kSeeds); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng{200 + seed};
    const Lines lines = random_lines(rng, seed);
    const auto rules = user_rules(lines);
    const HygieneReport report = check_hygiene(filter_of(lines));
    ASSERT_TRUE(report.undecided.empty());
    z3::context context;
    const Solver solver{context};
    for (RuleIndex i = 0; i < rules.size(); ++i) {
      z3::expr earlier = context.bool_val(false);
      z3::expr opposed = context.bool_val(false);
      for (std::size_t e = 0; e < i; ++e) {
        const z3::expr decides = solver.match(rules[e]) && !earlier;
        if (rules[e].access.value != rules[i].access.value) opposed = opposed || decides;
        earlier = earlier || solver.match(rules[e]);
      }
      const bool never = !solver.possible(solver.match(rules[i]) && !earlier);
      const bool shadowed = never && solver.possible(solver.match(rules[i]) && opposed);
      const auto has = [&](HygieneKind kind) {
        return std::any_of(report.findings.begin(), report.findings.end(),
                           [&](const HygieneFinding& f) { return f.rule == i && f.kind == kind; });
      };
      // Of other protocols Z3 is not asked: what decides nothing at all decides nothing of these two.
      if ((*rules[i].protocol.value & ~net::protocol_set({net::kTcp, net::kUdp})).any()) {
        EXPECT_TRUE(never || !has(HygieneKind::Shadowed)) << lines[i];
        continue;
      }
      EXPECT_EQ(has(HygieneKind::Shadowed), shadowed) << lines[i];
      EXPECT_TRUE(!never || shadowed || has(HygieneKind::Redundant)) << lines[i];
      dead += never ? 1 : 0;
    }
  }
  EXPECT_GT(dead, 0);
}

}  // namespace
}  // namespace nsgcheck::engine::z3_test
