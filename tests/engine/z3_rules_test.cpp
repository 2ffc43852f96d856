// SPDX-License-Identifier: Apache-2.0
// Z3 on rule sets as people write them: every file below rules/samples, or below the folder that the environment
// variable NSGCHECK_Z3_RULES names. Tags other than Azure's three, ASGs and unreadable values are not for Z3; groups
// with them are counted and left out.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/hygiene.hpp"
#include "analyzer/engine/resolve.hpp"
#include "analyzer/io/reader.hpp"
#include "tests/engine/line_sets.hpp"
#include "tests/engine/z3_solver.hpp"

namespace nsgcheck::engine::z3_rules_test {
namespace {

namespace fs = std::filesystem;

/// One direction of a group, in the order of evaluation.
using Rules = std::vector<model::SecurityRule>;

model::Nsg group_of(const Rules& rules) {
  model::Nsg nsg;
  nsg.rules = rules;
  return nsg;
}

Filter filter_of(const Rules& rules, Direction direction) {
  return Filter{resolve(group_of(rules), direction, context_of(oracle::default_world()))};
}

Answer ask_ipv4(const Filter& filter, std::optional<net::Port> tcp_port = std::nullopt) {
  PlainQuestion question = ipv4_question(tcp_port ? std::vector<std::uint8_t>{6} : std::vector<std::uint8_t>{6, 17});
  if (tcp_port) question.destination_low = question.destination_high = *tcp_port;
  return ask(filter, flow_set_of(question));
}

/// Empty where something is not for Z3.
Rules plain_rules(const model::Nsg& nsg, Direction direction) {
  Rules rules;
  std::set<std::int64_t> priorities;
  for (const model::SecurityRule& rule : model::with_defaults(nsg).rules) {
    if (rule.direction.value && *rule.direction.value != direction) continue;
    if (!is_plain(rule) || !priorities.insert(*rule.priority.value).second) return {};
    rules.push_back(rule);
  }
  std::sort(rules.begin(), rules.end(),
            [](const auto& a, const auto& b) { return *a.priority.value < *b.priority.value; });
  return rules;
}

struct Counts {
  int files{}, compared{}, left_out{}, rules{}, never{}, changing{}, unchanging{};
};

void expect_same_hygiene(const Rules& rules, const Filter& filter, const Solver& solver, Counts& counts) {
  const HygieneReport report = check_hygiene(filter);
  ASSERT_TRUE(report.undecided.empty());
  z3::expr earlier = !solver.inside({}) && solver.inside({});
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const z3::expr match = solver.match(rules[i]);
    const bool never = !solver.possible(match && !earlier);
    earlier = earlier || match;
    if (model::is_default(rules[i])) continue;
    ++counts.rules;
    const auto has = [&](HygieneKind kind) {
      return std::any_of(report.findings.begin(), report.findings.end(),
                         [&](const HygieneFinding& f) { return filter.origin(f.rule) == i && f.kind == kind; });
    };
    // What decides nothing decides nothing of IPv4, TCP and UDP, which is all that Z3 is asked; not the reverse.
    EXPECT_TRUE(never || !has(HygieneKind::Shadowed)) << rules[i].name << " decides something";
    Rules without = rules;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    const bool same = ask_ipv4(filter).yes == ask_ipv4(filter_of(without, *rules[i].direction.value)).yes;
    EXPECT_EQ(same, !solver.possible(solver.allowed(rules) != solver.allowed(without))) << rules[i].name;
    EXPECT_TRUE(same || !has(HygieneKind::Redundant)) << rules[i].name << " is needed";
    counts.never += never ? 1 : 0;
    ++(same ? counts.unchanging : counts.changing);
  }
}

void compare(const Rules& rules, Direction direction, Counts& counts) {
  const Filter filter = filter_of(rules, direction);
  z3::context context;
  const Solver solver{context};
  const z3::expr allowed = solver.allowed(rules);
  const Answer answer = ask_ipv4(filter);
  ASSERT_TRUE(answer.complete && !answer.some_unknown);
  EXPECT_FALSE(solver.possible(allowed != solver.inside(answer.yes)));
  for (const net::Port port : {net::Port{22}, net::Port{443}, net::Port{3389}, net::Port{20000}}) {
    const Answer of_port = ask_ipv4(filter, port);
    EXPECT_EQ(of_port.some_yes, solver.possible(allowed && solver.tcp_to(port))) << port;
    EXPECT_EQ(of_port.some_no, solver.possible(!allowed && solver.tcp_to(port))) << port;
  }
  expect_same_hygiene(rules, filter, solver, counts);
  ++counts.compared;
}

void compare_file(const fs::path& path, Counts& counts) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  const auto document = io::parse_json(path.filename().string(), text.str(), 0);
  if (!document) return;
  const io::RuleSource source = io::read_rules(*document, {});
  counts.files += source.nsgs.empty() ? 0 : 1;
  for (const model::Nsg& nsg : source.nsgs) {
    if (nsg.rest_missing) {
      counts.left_out += 2;
      continue;
    }
    for (const Direction direction : {Direction::Inbound, Direction::Outbound}) {
      SCOPED_TRACE(path.string() + ", " + nsg.name + (direction == Direction::Inbound ? ", inbound" : ", outbound"));
      const Rules rules = plain_rules(nsg, direction);
      if (rules.empty())
        ++counts.left_out;
      else
        compare(rules, direction, counts);
    }
  }
}

TEST(Z3Rules, AgreesOnEveryGroupOfTheSamples) {
  const char* const named = std::getenv("NSGCHECK_Z3_RULES");
  const fs::path folder = named != nullptr ? named : NSGCHECK_SOURCE_DIR "/rules/samples";
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator{folder})
    if (entry.is_regular_file() && entry.path().extension() == ".json") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  Counts counts;
  for (const fs::path& path : paths) compare_file(path, counts);
  std::cout << counts.files << " files, " << counts.compared << " directions of groups compared, " << counts.left_out
            << " left out, " << counts.rules << " rules: " << counts.never << " never decide, " << counts.unchanging
            << " change nothing\n";
  EXPECT_GT(counts.compared, 0);
  EXPECT_GT(counts.changing, 0);
  EXPECT_GT(counts.unchanging, 0);
}

}  // namespace
}  // namespace nsgcheck::engine::z3_rules_test
