// SPDX-License-Identifier: Apache-2.0
// Regions depend on what rules mean, not on how they are written; and the ladder ends where the oracle's walk ends.
#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/explain.hpp"
#include "analyzer/engine/resolve.hpp"
#include "tests/engine/probes.hpp"
#include "tests/oracle/packet_oracle.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine::canonical_test {
namespace {

using Lines = std::vector<std::string>;

Answer ask_all(const Lines& lines) {
  const Filter filter{resolve(support::nsg_of(lines), Direction::Inbound, context_of(oracle::default_world()))};
  return ask(filter, flow_set_of(everything()));
}

struct Rewriting {
  const char* name;
  Lines before;
  Lines after;
};

class Canonical : public testing::TestWithParam<Rewriting> {};

TEST_P(Canonical, RegionsAreEqual) {
  const Answer before = ask_all(GetParam().before);
  const Answer after = ask_all(GetParam().after);
  ASSERT_FALSE(before.yes.empty());
  EXPECT_EQ(before.yes, after.yes);
  EXPECT_EQ(before.unknown, after.unknown);
}

const Rewriting kRewritings[] = {
    {"disjoint rules in another order",
     {"100 Allow Inbound Tcp 203.0.113.0/24 * * 22", "110 Deny Inbound Udp 198.51.100.0/24 * * 53"},
     {"100 Deny Inbound Udp 198.51.100.0/24 * * 53", "110 Allow Inbound Tcp 203.0.113.0/24 * * 22"}},
    {"a block split into its halves",
     {"100 Allow Inbound Tcp 203.0.113.0/24 * * 3389"},
     {"100 Allow Inbound Tcp 203.0.113.0/25 * * 3389", "110 Allow Inbound Tcp 203.0.113.128/25 * * 3389"}},
    {"a port range split and listed",
     {"100 Allow Inbound * Internet * 10.0.0.0/8 20-29"},
     {"100 Allow Inbound * Internet * 10.0.0.0/8 25-29,20", "200 Allow Inbound * Internet * 10.0.0.0/8 20-24"}},
    {"sides split against each other",
     {"100 Allow Inbound Udp 10.0.0.0/30 * 10.0.1.0/30 53"},
     {"100 Allow Inbound Udp 10.0.0.0/31 * 10.0.1.0/30 53", "101 Allow Inbound Udp 10.0.0.2/31 * 10.0.1.2/31 53",
      "102 Allow Inbound Udp 10.0.0.0/30 * 10.0.1.0/31 53"}},
    {"a shadowed rule added",
     {"100 Deny Inbound Tcp Internet * * 3389", "200 Allow Inbound Tcp * * * 3000-4000"},
     {"100 Deny Inbound Tcp Internet * * 3389", "150 Allow Inbound Tcp 8.8.8.8 * * 3389",
      "200 Allow Inbound Tcp * * * 3000-4000"}},
    {"the deny of everything written out",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 443"},
     {"100 Allow Inbound Tcp 8.8.8.8 * * 443", "4096 Deny Inbound * 8.0.0.0/8 * * *"}},
    {"one port of two written by halves of all addresses",
     {"100 Allow Inbound Tcp * * * 80-81"},
     {"100 Allow Inbound Tcp 0.0.0.0/1 * * 80", "101 Allow Inbound Tcp 128.0.0.0/1,::/0 * * 80",
      "102 Allow Inbound Tcp * * * 81"}},
    {"host bits and ranges for blocks",
     {"100 Allow Inbound Tcp 203.0.113.0/30 * * 443"},
     {"100 Allow Inbound Tcp 203.0.113.3/30 * * 443,443-443"}},
};

INSTANTIATE_TEST_SUITE_P(Rewritings, Canonical, testing::ValuesIn(kRewritings), [](const auto& row) {
  std::string word = row.param.name;
  std::replace_if(
      word.begin(), word.end(), [](char c) { return c == ' '; }, '_');
  return word;
});

TEST(Canonical, RandomSplitsChangeNothing) {
  const auto check = [](const Case& c) -> Complaint {
    // Each rule twice in a row, first for a part of its ports, is the same group.
    Lines split;
    for (std::size_t i = 0; i < c.lines.size(); ++i) {
      const std::string rest = c.lines[i].substr(c.lines[i].find(' '));
      const std::string narrow = rest.substr(0, rest.rfind(' ')) + " 22-100";
      const auto rule = support::rule_line("1" + rest);
      const bool any = std::holds_alternative<model::AnyPort>(rule.destination_ports.at(0).value);
      split.push_back(std::to_string(1000 + 2 * i) + (any ? narrow : rest));
      split.push_back(std::to_string(1001 + 2 * i) + rest);
    }
    const auto asked = [&](const Lines& lines) {
      const Filter filter{resolve(support::nsg_of(lines), Direction::Inbound, context_of(c.world))};
      FlowSet flows = flow_set_of(c.question);
      // Narrow ports on protocols without ports would be undefined.
      flows.protocols &= net::ported_protocols();
      return ask(filter, flows);
    };
    const Answer before = asked(c.lines);
    const Answer after = asked(split);
    if (!(before.yes == after.yes)) return "the allowed regions differ";
    if (before.some_no != after.some_no) return "some_no differs";
    return std::nullopt;
  };
  hold(1000, {.symbols = false, .undetermined = false}, check);
}

TEST(Ladder, EndsWithTheDecider) {
  const auto check = [](const Case& c) -> Complaint {
    const model::Nsg nsg = support::nsg_of(c.lines);
    const Filter filter{resolve(nsg, Direction::Inbound, context_of(c.world))};
    const Edges places = edges(c, nsg);
    Rng rng{17};
    for (int i = 0; i < 40; ++i) {
      const auto packet = random_packet(rng, places);
      if (!packet) return std::nullopt;
      const auto truth = oracle::judge(nsg, Direction::Inbound, c.world, *packet);
      const auto steps = ladder(filter, flow_set(*packet, false));
      for (const RuleLook& look : steps) {
        const oracle::Match match = oracle::match(nsg.rules[filter.origin(look.rule)], c.world, *packet);
        const Match wanted = match == oracle::Match::Yes     ? Match::Yes
                             : match == oracle::Match::Maybe ? Match::Maybe
                                                             : Match::No;
        if (look.overall() != wanted) return "a look is wrong at " + describe(*packet);
      }
      if (steps.empty() || filter.origin(steps.back().rule) != *truth.decider)
        return "the last step is not the decider at " + describe(*packet);
    }
    return std::nullopt;
  };
  hold(1000, {.symbols = false, .undetermined = false}, check);
  hold(1000, {.undetermined = false}, check);
}

struct LadderRow {
  const char* name;
  const char* rule;
  std::vector<std::string> source;
  std::vector<std::uint8_t> protocols;
  Match source_match, port_match;
};

class LadderMatch : public testing::TestWithParam<LadderRow> {};

// Ports 3389, any destination; the field words of the first rule.
TEST_P(LadderMatch, SaysHowAFieldLiesToASetOfFlows) {
  const Filter filter{
      resolve(support::nsg_of({GetParam().rule}), Direction::Inbound, context_of(oracle::default_world()))};
  PlainQuestion question = everything();
  question.source = oracle::ranges(GetParam().source);
  question.protocols = GetParam().protocols;
  question.destination_low = question.destination_high = 3389;
  const RuleLook look = ladder(filter, flow_set_of(question)).at(0);
  EXPECT_EQ(look.source, GetParam().source_match);
  EXPECT_EQ(look.destination_port, GetParam().port_match);
}

const LadderRow kLadderRows[] = {
    {"whole", "100 Allow Inbound Tcp 10.0.0.0/8 * * 3389", {"10.0.0.0/24"}, {6}, Match::Yes, Match::Yes},
    {"none", "100 Allow Inbound Tcp 10.0.0.0/8 * * 22", {"11.0.0.0/8"}, {6}, Match::No, Match::No},
    {"part", "100 Allow Inbound Tcp 10.0.0.0/8 * * *", {"10.0.0.0/7"}, {6}, Match::Part, Match::Yes},
    {"a tag may hold it", "100 Allow Inbound Tcp Storage * * 3389", {"8.8.8.8"}, {6}, Match::Maybe, Match::Yes},
    {"a tag cannot hold private addresses",
     "100 Allow Inbound Tcp 10.0.0.0/8,Storage * * 3389",
     {"10.0.0.0/8", "172.16.0.0/12"},
     {6},
     Match::Part,
     Match::Yes},
    {"ports without meaning", "100 Allow Inbound * * * * 3389", {"8.8.8.8"}, {1}, Match::Yes, Match::Maybe},
    {"ports of the rule's own protocol",
     "100 Allow Inbound Tcp * * * 3389",
     {"8.8.8.8"},
     {1, 6},
     Match::Yes,
     Match::Yes},
};

INSTANTIATE_TEST_SUITE_P(Fields, LadderMatch, testing::ValuesIn(kLadderRows), [](const auto& row) {
  std::string word = row.param.name;
  std::replace_if(
      word.begin(), word.end(), [](char c) { return c == ' ' || c == '\''; }, '_');
  return word;
});

}  // namespace
}  // namespace nsgcheck::engine::canonical_test
