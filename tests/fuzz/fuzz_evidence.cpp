// SPDX-License-Identifier: Apache-2.0
// Any bytes are evidence, or are refused with a reason. A verdict on flows that is accepted holds at the corners of its
// boxes and of its question, and of its packets, by a walk written down a second time here.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "cli/verify/check.hpp"
#include "tests/fuzz/fault_place.hpp"

namespace {

using namespace nsgcheck::verify;

bool has(const Set& set, Value value) {
  return std::any_of(set.ranges.begin(), set.ranges.end(),
                     [&](const Range& range) { return range.low <= value && value <= range.high; });
}

/// One packet of numbers, in the order of SideIndex.
using Packet = std::array<Value, kSides>;

struct Match {
  bool sure{true};
  bool maybe{true};
};

Match match(const Rule& rule, const Packet& packet, bool v6, bool ported) {
  Match out;
  const auto hold = [&](const Side& side, SideIndex index) {
    out.sure = out.sure && has(side.sure, packet[index]);
    out.maybe = out.maybe && has(side.maybe, packet[index]);
  };
  hold(rule.protocols, kProtocols);
  hold(rule.source[v6 ? 1 : 0], kSource);
  hold(rule.destination[v6 ? 1 : 0], kDestination);
  if (ported) {
    hold(rule.source_ports, kSourcePorts);
    hold(rule.destination_ports, kDestinationPorts);
  } else {
    for (const Side* ports : {&rule.source_ports, &rule.destination_ports})
      out.sure = out.sure && ports->sure.ranges == std::vector<Range>{{0, 65535}};
  }
  return out;
}

// Whether the packet is surely allowed, or surely not: as the answer says.
bool fares(const List& list, const Packet& packet, const Box& box, Answer answer) {
  const Access wanted = answer == Answer::Yes ? Access::Allow : Access::Deny;
  for (const Look& look : list.looks) {
    const Rule& rule = list.rules[look.rule];
    const Match found = match(rule, packet, box.v6, box.ported);
    if (found.maybe && rule.access != wanted) return false;
    if (found.sure && look.sure) return true;
  }
  return false;
}

// The first and the last packet of a box; packets of symbols are not looked at.
void judge_corners(const List& list, const Box& box, Answer answer) {
  for (const bool last : {false, true}) {
    Packet packet{};
    bool real = true;
    for (std::size_t i = 0; i < kSides; ++i) {
      const auto& ranges = box.sides[i].ranges;
      real = real && !ranges.empty();
      if (real) packet[i] = last ? ranges.back().high : ranges.front().low;
    }
    nsgcheck::fuzz::require(!real || fares(list, packet, box, answer));
  }
}

void judge(const Evidence& evidence, const Claim& claim) {
  const List& list = evidence.lists[claim.list];
  for (const CoverBox& cover : claim.cover)
    if (!cover.says.empty() && cover.says[0].answer != Answer::Unknown)
      judge_corners(list, cover.box, cover.says[0].answer);
  if (claim.witness) judge_corners(list, *claim.witness, Answer::Yes);
  if (claim.counterpart && claim.cover.empty()) judge_corners(list, *claim.counterpart, Answer::No);
  if (!claim.except.empty() || (claim.claims != "allow" && claim.claims != "deny")) return;
  for (const Box& box : claim.question) judge_corners(list, box, claim.claims == "allow" ? Answer::Yes : Answer::No);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto evidence = read_evidence({reinterpret_cast<const char*>(data), size});
  if (!evidence) {
    nsgcheck::fuzz::require(!evidence.error().empty());
    return 0;
  }
  for (const Claim& claim : evidence->claims) {
    if (claim.claims.empty() || !refuse(evidence->lists[claim.list]).empty()) continue;
    if (claim.kind == Kind::Comparison && !refuse(evidence->lists[claim.new_list]).empty()) continue;
    const bool is_of_flows = claim.kind == Kind::Verdict || claim.kind == Kind::Packet;
    if (is_of_flows && claim.view == View::Allowed && refuse(*evidence, claim).empty()) judge(*evidence, claim);
  }
  const Result result = check(*evidence);
  nsgcheck::fuzz::require(!summary(result).empty());
  return 0;
}
