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

namespace nsgcheck::verify::verify_random_test {
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

bool is_true(Answer answer, View view, const model::Nsg& nsg, net::Direction direction, const oracle::World& world,
             const net::FiveTuple& packet) {
  if (answer == Answer::Unknown) return true;
  const auto asked = view == View::DeniedByUser ? oracle::Asked::DeniedByUser : oracle::Asked::Allowed;
  const bool yes = (answer == Answer::Yes) == (view != View::Denied);
  return oracle::judge(nsg, direction, world, packet, asked).outcome == (yes ? Outcome::Yes : Outcome::No);
}

net::Direction direction_of(const Evidence& evidence, const Claim& claim) {
  return evidence.lists[claim.list].direction == "inbound" ? net::Direction::Inbound : net::Direction::Outbound;
}

// Empty when a tag stands for an address.
std::optional<net::IpAddress> address_of(const Set& set, bool v6) {
  if (set.ranges.empty()) return std::nullopt;
  if (v6) return net::Ipv6{set.ranges.front().low};
  return net::Ipv4{static_cast<net::Ipv4::Bits>(set.ranges.front().low)};
}

// The packet that shows some flow answered with yes is.
Complaint hold_witness(const Evidence& evidence, const Claim& claim, const model::Nsg& nsg,
                       const oracle::World& world) {
  if (!claim.witness || (claim.kind != Kind::Verdict && claim.kind != Kind::Packet)) return std::nullopt;
  const Box& box = *claim.witness;
  const auto source = address_of(box.sides[kSource], box.v6);
  const auto destination = address_of(box.sides[kDestination], box.v6);
  if (!source || !destination) return std::nullopt;
  const auto number = [&](SideIndex side) { return box.sides[side].ranges.front().low; };
  net::FiveTuple packet;
  packet.protocol = net::Protocol{static_cast<std::uint8_t>(number(kProtocols))};
  packet.source = *source;
  packet.destination = *destination;
  packet.source_port = static_cast<net::Port>(number(kSourcePorts));
  packet.destination_port = static_cast<net::Port>(number(kDestinationPorts));
  if (is_true(Answer::Yes, claim.view, nsg, direction_of(evidence, claim), world, packet)) return std::nullopt;
  return "the oracle says otherwise of the witness " + engine::describe(packet) + " of " + claim.about;
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
      const auto direction = direction_of(evidence, claim);
      for (const CoverBox& box : claim.cover) {
        if (!holds(box.box, *packet)) continue;
        // Of a rule the second word is about a list without it.
        const std::size_t words = claim.kind == Kind::Comparison ? 2 : 1;
        for (std::size_t w = 0; w < std::min(words, box.says.size()); ++w)
          if (!is_true(box.says[w].answer, claim.view, *sides[std::min(w, sides.size() - 1)], direction, c.world,
                       *packet))
            return "the oracle says otherwise of " + claim.about + " at " + engine::describe(*packet);
        const auto judge = [&](const model::Nsg* nsg) {
          return oracle::judge(*nsg, direction, c.world, *packet).outcome;
        };
        if (box.says.empty() && claim.kind == Kind::Comparison && judge(sides.front()) != judge(sides.back()))
          return "the oracle says that the lists are not alike at " + engine::describe(*packet);
      }
    }
  }
  return std::nullopt;
}

/// What was there to see.
struct Planted {
  std::map<Fault, unsigned> faults;
  std::map<Form, unsigned> forms;
};

// One fault in one claim, which is then refused.
Complaint hold_fault(const Evidence& evidence, Rng& rng, Planted& planted) {
  const Fault fault = engine::pick(rng, kFaults);
  Evidence spoilt = evidence;
  const std::size_t start = rng();
  for (std::size_t i = 0; i < evidence.claims.size(); ++i) {
    const std::size_t claim = (start + i) % evidence.claims.size();
    if (evidence.claims[claim].claims.empty() || !spoil(spoilt, claim, fault, rng)) continue;
    ++planted.faults[fault];
    const Claim& now = spoilt.claims[claim];
    const bool refused = !refuse(spoilt.lists[now.list]).empty() ||
                         (now.kind == Kind::Comparison && !refuse(spoilt.lists[now.new_list]).empty()) ||
                         !refuse(spoilt, now).empty();
    if (!refused) return "accepted with a fault: " + std::string{name(fault)} + " in " + evidence.claims[claim].about;
    break;
  }
  return std::nullopt;
}

// A finding or an expectation that says what its claims do not show is refused.
Complaint hold_statement_fault(const Evidence& evidence, Rng& rng, Planted& planted) {
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < evidence.statements.size(); ++i) {
    if (!evidence.statements[i].form) continue;
    shown.push_back(i);
    ++planted.forms[*evidence.statements[i].form];
  }
  if (shown.empty()) return std::nullopt;
  Evidence spoilt = evidence;
  Statement& statement = spoilt.statements[engine::pick(rng, shown)];
  spoil(spoilt, statement, rng);
  const Result result = check(spoilt);
  const std::string who = statement.is_expectation ? "expectation \"" + statement.id : "finding " + statement.policy;
  const bool refused = std::any_of(result.refused.begin(), result.refused.end(),
                                   [&](const std::string& line) { return line.starts_with(who); });
  return refused ? std::nullopt : Complaint{"accepted with a fault: " + who};
}

Complaint hold_evidence(const std::string& text, const Case& c, const std::vector<const model::Nsg*>& sides, Rng& rng,
                        Planted& planted) {
  const auto evidence = read_evidence(text);
  if (!evidence) return "unreadable: " + evidence.error();
  const Result result = check(*evidence);
  if (!result.refused.empty()) return "refused: " + result.refused.front();
  if (Complaint complaint = hold_packets(*evidence, c, sides, rng)) return complaint;
  for (const Claim& claim : evidence->claims)
    if (Complaint complaint = hold_witness(*evidence, claim, *sides.front(), c.world)) return complaint;
  if (Complaint complaint = hold_statement_fault(*evidence, rng, planted)) return complaint;
  return hold_fault(*evidence, rng, planted);
}

Complaint hold_audit(const Case& c, Planted& planted) {
  Rng rng = rng_of(c);
  const model::Nsg nsg = support::nsg_of(c.lines);
  return hold_evidence(audit_evidence(c.lines, engine::context_of(c.world)), c, {&nsg}, rng, planted);
}

Complaint hold_full_audit(const Case& c, Planted& planted) {
  Rng rng = rng_of(c);
  const model::Nsg nsg = support::nsg_of(c.lines);
  const std::string text = full_evidence(c.lines, engine::context_of(c.world), rng);
  return hold_evidence(text, c, {&nsg}, rng, planted);
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

// Every kind of fault and every form must have been there, or the test shows less than it says.
void expect_all_planted(const Planted& planted) {
  if (engine::seeds(100) < 100) return;
  for (const Fault fault : kFaults) EXPECT_GT(planted.faults.count(fault), 0U) << name(fault);
  for (unsigned form = 0; form <= static_cast<unsigned>(Form::Exactly); ++form)
    EXPECT_GT(planted.forms.count(static_cast<Form>(form)), 0U) << form;
}

TEST(VerifyRandom, AuditsAreAcceptedAndFaultsRefused) {
  Planted planted;
  engine::hold(kCases / 4, {.max_rules = 5}, [&](const Case& c) { return hold_audit(c, planted); });
  engine::hold(kCases / 8, {.max_rules = 5}, [&](const Case& c) { return hold_full_audit(c, planted); });
  engine::hold(kCases / 8, {.max_rules = 8, .ipv6 = false, .undetermined = false, .narrow = true},
               [&](const Case& c) { return hold_full_audit(c, planted); });
  expect_all_planted(planted);
}

TEST(VerifyRandom, ComparisonsAreAcceptedAndFaultsRefused) {
  Planted planted;
  engine::hold(kCases / 4, {.max_rules = 4}, [&](const Case& c) { return hold_diff(c, planted); });
  engine::hold(kCases / 4, {.max_rules = 6, .symbols = false, .undetermined = false, .narrow = true},
               [&](const Case& c) { return hold_diff(c, planted); });
}

}  // namespace
}  // namespace nsgcheck::verify::verify_random_test
