// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/verify/cover.hpp"
#include "cli/verify/kinds.hpp"
#include "cli/verify/sets.hpp"
#include "cli/verify/walk.hpp"

namespace nsgcheck::verify {
namespace {

std::string refuse_all_flows(const std::vector<Box>& question) {
  const std::vector<Range> all4{{0, 0xFFFFFFFF}};
  const std::vector<Range> all6{{0, ~Value{0}}};
  for (const Box& box : question) {
    const auto& all = box.v6 ? all6 : all4;
    const bool whole = box.sides[kProtocols] == (box.ported ? ported() : portless()) &&
                       box.sides[kSourcePorts] == all_ports() && box.sides[kDestinationPorts] == all_ports() &&
                       box.sides[kSource].ranges == all && box.sides[kDestination].ranges == all;
    if (!whole) return "the question is not every flow";
  }
  // No two overlap, so that they are one of each kind.
  return question.size() == 4 ? "" : "the question is not every flow";
}

std::string refuse_words(const List& before, const List& after, const Claim& claim) {
  const auto list_of = [&](std::size_t word) -> const List& { return word == 1 ? after : before; };
  for (std::size_t i = 0; i < claim.cover.size(); ++i) {
    const CoverBox& box = claim.cover[i];
    if (box.says.empty()) {
      if (!same_there(before, after, box.box)) return numbered("box", i) + ": the two lists are not the same there";
      continue;
    }
    std::string why =
        refuse_words(i, box, {walk(before, box.box, View::Allowed), walk(after, box.box, View::Allowed)}, list_of);
    if (!why.empty()) return why;
  }
  return "";
}

std::string refuse_difference(const List& before, const List& after, const Claim& claim) {
  if (!claim.witness) return "there is no witness";
  const Box& packet = *claim.witness;
  if (!refuse_shape(packet).empty() || !holds_any(claim.question, packet)) return "the witness is not in the question";
  const Answer was = walk(before, packet, View::Allowed).answer;
  const Answer is = walk(after, packet, View::Allowed).answer;
  return was != Answer::Unknown && is != Answer::Unknown && was != is ? "" : "the witness does not show it";
}

}  // namespace

std::string refuse_comparison(const List& before, const List& after, const Claim& claim) {
  if (before.symbols != after.symbols) return "the lists know different symbols";
  if (std::string why = refuse_question(claim.question); !why.empty()) return why;
  if (std::string why = refuse_all_flows(claim.question); !why.empty()) return why;
  const bool differs = claim.claims == "differs";
  if (!differs && claim.claims != "equivalent") return "\"" + claim.claims + "\" is no such claim";
  // One packet shows a difference, whatever the others.
  if (differs && claim.cover.empty()) return refuse_difference(before, after, claim);
  if (std::string why = refuse_partition(claim); !why.empty()) return why;
  if (std::string why = refuse_words(before, after, claim); !why.empty()) return why;
  if (differs) return refuse_difference(before, after, claim);
  const bool same = std::all_of(claim.cover.begin(), claim.cover.end(), [](const CoverBox& box) {
    return box.says.empty() || (box.says[0].answer != Answer::Unknown && box.says[0].answer == box.says[1].answer);
  });
  return same ? "" : "some flows are answered otherwise, or perhaps";
}

}  // namespace nsgcheck::verify
