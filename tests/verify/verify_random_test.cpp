// SPDX-License-Identifier: Apache-2.0
// Evidence of random rule sets: every claim is accepted, is true of single packets by the oracle, which shares no code
// with either side, and is refused once it is spoilt.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "cli/verify/check.hpp"
#include "tests/engine/probes.hpp"
#include "tests/engine/random_case.hpp"
#include "tests/oracle/packet_oracle.hpp"
#include "tests/support/rule_line.hpp"
#include "tests/verify/faults.hpp"
#include "tests/verify/made_evidence.hpp"

namespace nsgcheck::verify {
namespace {

using engine::Case;
using engine::Complaint;
using engine::Recipe;
using engine::Rng;
using oracle::Outcome;

constexpr unsigned kCases = 10'000;
constexpr int kPackets = 12;

Rng rng_of(const Case& c) { return Rng{static_cast<unsigned>(std::hash<std::string>{}(engine::describe(c)))}; }

bool holds(const Set& set, Value value) {
  return std::any_of(set.ranges.begin(), set.ranges.end(),
                     [&](const Range& range) { return range.low <= value && value <= range.high; });
}

bool holds(const Box& box, const net::FiveTuple& packet) {
  return box.v6 == std::holds_alternative<net::Ipv6>(packet.source) &&
         holds(box.sides[kProtocols], packet.protocol.number) &&
         holds(box.sides[kSource], oracle::bits_of(packet.source)) &&
         holds(box.sides[kDestination], oracle::bits_of(packet.destination)) &&
         (!box.ported || (holds(box.sides[kSourcePorts], packet.source_port) &&
                          holds(box.sides[kDestinationPorts], packet.destination_port)));
}

bool is_true(const Word& word, const model::Nsg& nsg, net::Direction direction, const oracle::World& world,
             const net::FiveTuple& packet) {
  if (word.answer == Answer::Unknown) return true;
  const Outcome outcome = oracle::judge(nsg, direction, world, packet).outcome;
  return outcome == (word.answer == Answer::Yes ? Outcome::Yes : Outcome::No);
}

// Each packet of a cover box fares as the box says. `sides`: the NSG that each word is about.
Complaint hold_packets(const Evidence& evidence, const Case& c, const std::vector<const model::Nsg*>& sides, Rng& rng) {
  Case all = c;
  all.question = engine::everything();
  model::Nsg both = *sides.front();
  both.rules.insert(both.rules.end(), sides.back()->rules.begin(), sides.back()->rules.end());
  const engine::Edges places = engine::edges(all, both);
  for (int i = 0; i < kPackets; ++i) {
    const auto packet = engine::random_packet(rng, places);
    if (!packet) break;
    for (const Claim& claim : evidence.claims) {
      const bool inbound = evidence.lists[claim.list].direction == "inbound";
      const auto direction = inbound ? net::Direction::Inbound : net::Direction::Outbound;
      for (const CoverBox& box : claim.cover) {
        if (!holds(box.box, *packet)) continue;
        const std::size_t words = claim.kind == Kind::Comparison ? box.says.size() : 1;
        for (std::size_t w = 0; w < words; ++w)
          if (!is_true(box.says[w], *sides[std::min(w, sides.size() - 1)], direction, c.world, *packet))
            return "the oracle says otherwise of " + claim.about + " at " + engine::describe(*packet);
        const auto judge = [&](const model::Nsg* nsg) {
          return oracle::judge(*nsg, direction, c.world, *packet).outcome;
        };
        if (box.says.empty() && judge(sides.front()) != judge(sides.back()))
          return "the oracle says that the lists are not alike at " + engine::describe(*packet);
      }
    }
  }
  return std::nullopt;
}

using Planted = std::map<Fault, unsigned>;

// One fault in one claim, which is then refused.
Complaint hold_fault(const Evidence& evidence, Rng& rng, Planted& planted) {
  const Fault fault = engine::pick(rng, kFaults);
  Evidence spoilt = evidence;
  const std::size_t start = rng();
  for (std::size_t i = 0; i < evidence.claims.size(); ++i) {
    const std::size_t claim = (start + i) % evidence.claims.size();
    if (evidence.claims[claim].claims.empty() || !spoil(spoilt, claim, fault, rng)) continue;
    ++planted[fault];
    const Result result = check(spoilt);
    const std::string number = "claim " + std::to_string(claim) + ',';
    const bool refused = std::any_of(result.refused.begin(), result.refused.end(),
                                     [&](const std::string& line) { return line.starts_with(number); });
    if (!refused) return "accepted with a fault: " + std::string{name(fault)} + " in " + evidence.claims[claim].about;
    break;
  }
  return std::nullopt;
}

Complaint hold_evidence(const std::string& text, const Case& c, const std::vector<const model::Nsg*>& sides, Rng& rng,
                        Planted& planted) {
  const auto evidence = read_evidence(text);
  if (!evidence) return "unreadable: " + evidence.error();
  const Result result = check(*evidence);
  if (!result.refused.empty()) return "refused: " + result.refused.front();
  if (Complaint complaint = hold_packets(*evidence, c, sides, rng)) return complaint;
  return hold_fault(*evidence, rng, planted);
}

Complaint hold_audit(const Case& c, Planted& planted) {
  Rng rng = rng_of(c);
  const model::Nsg nsg = support::nsg_of(c.lines);
  return hold_evidence(audit_evidence(c.lines, engine::context_of(c.world)), c, {&nsg}, rng, planted);
}

Complaint hold_diff(const Case& c, Planted& planted) {
  Rng rng = rng_of(c);
  auto after = c.lines;
  if (!after.empty() && rng() % 2 == 0) after.erase(after.begin() + static_cast<std::ptrdiff_t>(rng() % after.size()));
  if (!after.empty() && rng() % 2 == 0) {
    const std::string again = engine::pick(rng, after);
    after.push_back("4000" + again.substr(again.find(' ')));
  }
  const model::Nsg old_nsg = support::nsg_of(c.lines);
  const model::Nsg new_nsg = support::nsg_of(after);
  return hold_evidence(diff_evidence(c.lines, after, engine::context_of(c.world)), c, {&old_nsg, &new_nsg}, rng,
                       planted);
}

// Every kind of fault must have been there, or the test shows less than it says.
void expect_all_planted(const Planted& planted) {
  if (engine::seeds(100) < 100) return;
  for (const Fault fault : kFaults) EXPECT_GT(planted.count(fault), 0U) << name(fault);
}

TEST(VerifyRandom, AuditsAreAcceptedAndFaultsRefused) {
  Planted planted;
  engine::hold(kCases / 4, {.max_rules = 5}, [&](const Case& c) { return hold_audit(c, planted); });
  engine::hold(kCases / 4, {.max_rules = 8, .ipv6 = false, .undetermined = false, .narrow = true},
               [&](const Case& c) { return hold_audit(c, planted); });
  expect_all_planted(planted);
}

TEST(VerifyRandom, ComparisonsAreAcceptedAndFaultsRefused) {
  Planted planted;
  engine::hold(kCases / 4, {.max_rules = 4}, [&](const Case& c) { return hold_diff(c, planted); });
  engine::hold(kCases / 4, {.max_rules = 6, .symbols = false, .undetermined = false, .narrow = true},
               [&](const Case& c) { return hold_diff(c, planted); });
}

}  // namespace
}  // namespace nsgcheck::verify
