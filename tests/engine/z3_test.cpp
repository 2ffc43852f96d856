// SPDX-License-Identifier: Apache-2.0
// A third opinion on groups too big for the oracle to try every packet of: Z3 over bit vectors, IPv4, TCP and UDP.
#include <gtest/gtest.h>
#include <z3++.h>

#include <algorithm>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/diff.hpp"
#include "analyzer/engine/hygiene.hpp"
#include "analyzer/engine/resolve.hpp"
#include "analyzer/engine/simplify.hpp"
#include "tests/engine/random_case.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine {
namespace {

using Lines = std::vector<std::string>;

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

Lines random_lines(Rng& rng) {
  Lines lines;
  for (std::size_t i = 0, count = 30 + rng() % 30; i < count; ++i)
    lines.push_back(std::to_string(100 + i) + (rng() % 2 == 0 ? " Allow" : " Deny") + " Inbound " +
                    (rng() % 3 == 0 ? "Udp " : "Tcp ") + prefixes(rng, 20) + ' ' + (rng() % 4 == 0 ? ports(rng) : "*") +
                    ' ' + prefixes(rng, 10) + ' ' + ports(rng));
  return lines;
}

// The five fields as free bit vectors, and rules as formulas over them.
class Solver {
 public:
  explicit Solver(z3::context& context)
      : context_{context},
        protocol_{context.bv_const("protocol", 8)},
        source_{context.bv_const("source", 32)},
        destination_{context.bv_const("destination", 32)},
        source_port_{context.bv_const("sport", 16)},
        destination_port_{context.bv_const("dport", 16)} {}

  z3::expr match(const model::SecurityRule& rule) const {
    return one_of(*rule.protocol.value) && in(rule.sources, source_) && in(rule.destinations, destination_) &&
           in(rule.source_ports, source_port_) && in(rule.destination_ports, destination_port_);
  }

  /// First match over user rules, in their order; the rest is denied.
  z3::expr allowed(const std::vector<model::SecurityRule>& rules) const {
    z3::expr verdict = context_.bool_val(false);
    for (std::size_t i = rules.size(); i-- > 0;)
      verdict = z3::ite(match(rules[i]), context_.bool_val(rules[i].access.value == model::Access::Allow), verdict);
    return verdict;
  }

  z3::expr inside(const std::vector<Region>& regions) const {
    z3::expr any = context_.bool_val(false);
    for (const Region& region : regions)
      any = any || (one_of(region.protocols) && in(region.source.addresses.v4, source_, 32) &&
                    in(region.destination.addresses.v4, destination_, 32) &&
                    in(region.source_ports, source_port_, 16) && in(region.destination_ports, destination_port_, 16));
    return any;
  }

  [[nodiscard]] bool possible(const z3::expr& formula) const {
    z3::solver solver{context_};
    solver.add(formula && (protocol_ == context_.bv_val(6, 8) || protocol_ == context_.bv_val(17, 8)));
    const z3::check_result result = solver.check();
    EXPECT_NE(result, z3::unknown);
    return result != z3::unsat;
  }

 private:
  z3::expr between(const z3::expr& value, std::uint64_t low, std::uint64_t high, unsigned width) const {
    return z3::uge(value, context_.bv_val(static_cast<uint64_t>(low), width)) &&
           z3::ule(value, context_.bv_val(static_cast<uint64_t>(high), width));
  }

  z3::expr one_of(const net::ProtocolSet& protocols) const {
    z3::expr any = context_.bool_val(false);
    for (const unsigned p : {6U, 17U})
      if (protocols[p]) any = any || protocol_ == context_.bv_val(p, 8);
    return any;
  }

  template <class T>
  z3::expr in(const net::IntervalSet<T>& set, const z3::expr& value, unsigned width) const {
    z3::expr any = context_.bool_val(false);
    for (const auto& item : set.intervals()) any = any || between(value, item.low, item.high, width);
    return any;
  }

  z3::expr in(const std::vector<model::AddressItem>& items, const z3::expr& value) const {
    z3::expr any = context_.bool_val(false);
    for (const auto& item : items) {
      if (std::holds_alternative<model::AnyAddress>(item.value)) return context_.bool_val(true);
      const auto& prefix = std::get<net::Prefix4>(std::get<model::Block>(item.value).prefix);
      const auto kept = static_cast<unsigned>(prefix.length());
      // The bits of the prefix are equal, whatever follows.
      if (kept == 0) return context_.bool_val(true);
      any = any ||
            value.extract(31, 32 - kept) == context_.bv_val(static_cast<uint64_t>(prefix.low() >> (32 - kept)), kept);
    }
    return any;
  }

  z3::expr in(const std::vector<model::PortItem>& items, const z3::expr& value) const {
    z3::expr any = context_.bool_val(false);
    for (const auto& item : items) {
      if (std::holds_alternative<model::AnyPort>(item.value)) return context_.bool_val(true);
      const auto& range = std::get<model::PortRange>(item.value);
      any = any || between(value, range.low, range.high, 16);
    }
    return any;
  }

  z3::context& context_;
  z3::expr protocol_, source_, destination_, source_port_, destination_port_;
};

std::vector<model::SecurityRule> user_rules(const Lines& lines) {
  std::vector<model::SecurityRule> rules;
  for (const std::string& line : lines) rules.push_back(support::rule_line(line));
  return rules;
}

// The user rules, then a deny: Azure's own rules would let the virtual network through.
Filter filter_of(Lines lines) {
  lines.push_back("4096 Deny Inbound * * * * *");
  return Filter{resolve(support::nsg_of(lines), Direction::Inbound, context_of(oracle::default_world()))};
}

Answer ask_ipv4(const Lines& lines) {
  PlainQuestion question = everything();
  question.protocols = {6, 17};
  question.source = question.destination = oracle::ranges({"0.0.0.0/0"});
  return ask(filter_of(lines), flow_set_of(question));
}

TEST(Z3, AgreesOnTheAllowedRegion) {
  for (unsigned seed = 0; seed < seeds(kSeeds); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng{seed};
    const Lines lines = random_lines(rng);
    const Answer answer = ask_ipv4(lines);
    ASSERT_TRUE(answer.complete);
    z3::context context;
    const Solver solver{context};
    EXPECT_FALSE(solver.possible(solver.allowed(user_rules(lines)) != solver.inside(answer.yes)));
  }
}

// Changes that may or may not matter: a rule dropped, two neighbours swapped, an action flipped.
Lines changed(Rng& rng, Lines lines) {
  const std::size_t at = rng() % (lines.size() - 1);
  switch (rng() % 3) {
    case 0:
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 1:
      std::swap(lines[at], lines[at + 1]);
      lines[at].replace(0, 3, std::to_string(100 + at));
      lines[at + 1].replace(0, 3, std::to_string(101 + at));
      break;
    default: {
      const auto deny = lines[at].find("Deny");
      if (deny != std::string::npos)
        lines[at].replace(deny, 4, "Allow");
      else
        lines[at].replace(lines[at].find("Allow"), 5, "Deny");
    }
  }
  return lines;
}

TEST(Z3, AgreesOnEquivalence) {
  int equal = 0;
  int different = 0;
  for (unsigned seed = 0; seed < std::max(seeds(5 * kSeeds), 20U); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng{100 + seed};
    const Lines before = random_lines(rng);
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
    Lines before = random_lines(rng);
    Lines after = changed(rng, before);
    z3::context context;
    const Solver solver{context};
    const z3::expr was = solver.allowed(user_rules(before));
    const z3::expr is = solver.allowed(user_rules(after));
    for (Lines* lines : {&before, &after}) lines->emplace_back("4096 Deny Inbound * * * * *");
    const model::Nsg old_nsg = support::nsg_of(before);
    const model::Nsg new_nsg = support::nsg_of(after);
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
    Lines lines = random_lines(rng);
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
    const Lines lines = random_lines(rng);
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
      EXPECT_EQ(has(HygieneKind::Shadowed), shadowed) << lines[i];
      EXPECT_TRUE(!never || shadowed || has(HygieneKind::Redundant)) << lines[i];
      dead += never ? 1 : 0;
    }
  }
  EXPECT_GT(dead, 0);
}

}  // namespace
}  // namespace nsgcheck::engine
