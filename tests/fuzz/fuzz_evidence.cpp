// SPDX-License-Identifier: Apache-2.0
// Any bytes are evidence, or are refused with a reason. A verdict on flows that is accepted holds at the corners of its
// boxes, packet by packet, by a walk written down a second time here.
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

void judge(const Evidence& evidence, const Claim& claim) {
  for (const CoverBox& cover : claim.cover) {
    if (cover.says[0].answer == Answer::Unknown) continue;
    for (const bool last : {false, true}) {
      Packet packet{};
      bool real = true;
      for (std::size_t i = 0; i < kSides; ++i) {
        const auto& ranges = cover.box.sides[i].ranges;
        real = real && !ranges.empty();
        if (real) packet[i] = last ? ranges.back().high : ranges.front().low;
      }
      nsgcheck::fuzz::require(!real || fares(evidence.lists[claim.list], packet, cover.box, cover.says[0].answer));
    }
  }
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
    if (refuse(*evidence, claim).empty() && claim.kind == Kind::Verdict && claim.view == View::Allowed)
      judge(*evidence, claim);
  }
  const Result result = check(*evidence);
  nsgcheck::fuzz::require(!summary(result).empty());
  return 0;
}
