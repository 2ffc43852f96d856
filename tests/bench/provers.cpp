// SPDX-License-Identifier: Apache-2.0
// The engine beside BuDDy and Z3, on the same rules, in turn: rows of a Markdown table. provers [PATIENCE]: the seconds
// that a solver gets for one question.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "analyzer/engine/diff.hpp"
#include "analyzer/engine/filter.hpp"
#include "analyzer/engine/hygiene.hpp"
#include "tests/bench/bdd_rules.hpp"
#include "tests/bench/flat_rules.hpp"
#include "tests/bench/rounds.hpp"
#include "tests/bench/z3_rules.hpp"

namespace nsgcheck::bench {
namespace {

struct Input {
  std::string name;
  RuleSet set;
};

engine::Filter filter_of(const RuleSet& set) {
  return engine::Filter{engine::resolve(set.nsg, model::Direction::Inbound, set.context)};
}

std::string counts(std::size_t shadowed, std::size_t redundant) {
  return fmt::format("{} shadowed, {} redundant", shadowed, redundant);
}

std::string our_hygiene(const RuleSet& set) {
  const engine::HygieneReport report = engine::check_hygiene(filter_of(set));
  const auto of = [&](engine::HygieneKind kind) {
    return static_cast<std::size_t>(
        std::ranges::count(report.findings, kind, [](const engine::HygieneFinding& f) { return f.kind; }));
  };
  return counts(of(engine::HygieneKind::Shadowed), of(engine::HygieneKind::Redundant));
}

std::string their_hygiene(const std::vector<FlatRule>& rules, BitOrder order) {
  const Hygiene found = bdd_hygiene(rules, order);
  return counts(found.shadowed, found.redundant);
}

void hygiene(const Input& input) {
  const auto rules = flatten(input.set);
  const auto bdd = [&](BitOrder order) { return [&rules, order] { return their_hygiene(rules, order); }; };
  compare("shadowed and redundant rules, with causes and regions", input.name, 50,
          {{"nsgcheck", [&] { return our_hygiene(input.set); }},
           {"BuDDy, addresses first", bdd(BitOrder::AddressesFirst), bdd_prepare},
           {"BuDDy, ports first", bdd(BitOrder::PortsFirst), bdd_prepare}});
}

// Z3 is asked less: only which rules can decide nothing.
void covered(const Input& input, double patience) {
  const auto rules = flatten(input.set);
  compare("the same, beside: rules that decide nothing", input.name, 50,
          {{"nsgcheck", [&] { return our_hygiene(input.set).empty() ? "" : "done"; }},
           {"Z3, incremental", [&] { return z3_covered(rules, patience) ? "done" : ""; }}},
          3);
}

const char* equal_text(bool equal) { return equal ? "equal" : "different"; }

std::string our_diff(const RuleSet& before, const RuleSet& after) {
  const auto found = engine::diff(&before.nsg, &after.nsg, net::Direction::Inbound, before.context);
  return found.complete ? equal_text(found.differences.empty()) : "";
}

void diff(const std::string& question, const std::string& name, const RuleSet& before, const RuleSet& after,
          double wanted_bdd, double wanted_z3, double patience) {
  const auto a = flatten(before);
  const auto b = flatten(after);
  const auto bdd = [&](BitOrder order) {
    return [&a, &b, order] { return std::string{equal_text(bdd_equal(a, b, order))}; };
  };
  const Contender ours{"nsgcheck", [&] { return our_diff(before, after); }};
  compare(question, name, wanted_bdd,
          {ours,
           {"BuDDy, addresses first", bdd(BitOrder::AddressesFirst), bdd_prepare},
           {"BuDDy, ports first", bdd(BitOrder::PortsFirst), bdd_prepare}});
  compare(question, name, wanted_z3,
          {ours,
           {"Z3",
            [&] {
              const auto equal = z3_equal(a, b, patience);
              return std::string{equal ? equal_text(*equal) : ""};
            }}},
          3);
}

// Each list of prefixes becomes rules of one prefix each: the same meaning in other words.
RuleSet split(const RuleSet& set) {
  RuleSet out{set.nsg, set.context};
  out.nsg.rules.clear();
  std::int64_t priority = 100;
  for (const model::SecurityRule& rule : set.nsg.rules) {
    if (model::is_default(rule)) {
      out.nsg.rules.push_back(rule);
      continue;
    }
    for (const model::AddressItem& source : rule.sources) {
      out.nsg.rules.push_back(rule);
      out.nsg.rules.back().sources = {source};
      out.nsg.rules.back().priority.value = priority++;
    }
  }
  return out;
}

RuleSet flipped(RuleSet set) {
  model::SecurityRule& rule = set.nsg.rules[set.nsg.rules.size() / 2];
  rule.access.value = rule.access.value == model::Access::Allow ? model::Access::Deny : model::Access::Allow;
  return set;
}

void all(double patience) {
  const std::vector<Input> inputs{{"n50", ported(list_rules(50, 4))},
                                  {"n200", ported(list_rules(200, 4))},
                                  {"n1000", ported(list_rules(1000, 4))},
                                  {"tag200", ported(tag_rules(200))}};
  for (const Input& input : inputs) hygiene(input);
  for (const Input& input : inputs) covered(input, patience);
  for (const Input& input : inputs) {
    if (input.name != "tag200")
      diff("proof that lists and single prefixes mean the same", input.name, input.set, split(input.set), 5, 20,
           patience);
    diff("one rule in the middle flipped", input.name, input.set, flipped(input.set), 5, 5, patience);
  }
}

}  // namespace
}  // namespace nsgcheck::bench

int main(int argc, char** argv) {
  nsgcheck::bench::keep_memory();
  nsgcheck::bench::all(argc > 1 ? std::atof(argv[1]) : 30);
}
