// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/verify/cover.hpp"
#include "cli/verify/kinds.hpp"
#include "cli/verify/sets.hpp"
#include "cli/verify/walk.hpp"

namespace nsgcheck::verify {
namespace {

/// What the words of a view are.
struct Words {
  const char* all;
  const char* none;
  const char* some;
};

Words words_of(View view) {
  return view == View::Allowed ? Words{"allow", "deny", "partial"} : Words{"all", "none", "some"};
}

bool all_boxes(const Claim& claim, Answer answer) {
  return std::all_of(claim.cover.begin(), claim.cover.end(),
                     [&](const CoverBox& box) { return box.says.empty() || box.says.front().answer == answer; });
}

// A packet of the question that is answered so.
std::string refuse_packet(const List& list, const Claim& claim, const std::optional<Box>& packet, Answer answer) {
  if (!packet) return "there is no witness";
  if (!refuse_shape(*packet).empty() || !holds_any(claim.question, *packet))
    return "the witness is not in the question";
  if (perhaps_meets_any(claim.except, *packet)) return "the witness is perhaps among the flows that are left out";
  return walk(list, *packet, claim.view).answer == answer ? "" : "the witness does not show it";
}

std::string refuse_answers(const List& list, const Claim& claim) {
  for (std::size_t i = 0; i < claim.cover.size(); ++i) {
    const CoverBox& box = claim.cover[i];
    // A box with an answer may hold flows that are left out, too: then more is said than was asked.
    if (box.says.empty()) {
      if (!holds_any(claim.except, box.box)) return numbered("box", i) + " has not one answer for each list";
      continue;
    }
    const std::string why =
        refuse_words(i, box, {walk(list, box.box, claim.view)}, [&](std::size_t) -> const List& { return list; });
    if (!why.empty()) return why;
  }
  return "";
}

// Every flow is answered so.
std::string refuse_all(const List& list, const Claim& claim, Answer answer) {
  if (!all_boxes(claim, answer))
    return std::string{"not every box is answered with "} + (answer == Answer::Yes ? "yes" : "no");
  if (answer == Answer::No) return "";
  const bool real = claim.sparse ? std::any_of(claim.question.begin(), claim.question.end(),
                                               [&](const Box& box) { return surely_holds_a_flow(box, list); })
                                 : std::any_of(claim.cover.begin(), claim.cover.end(), [&](const CoverBox& box) {
                                     return !box.says.empty() && surely_holds_a_flow(box.box, list) &&
                                            !perhaps_meets_any(claim.except, box.box);
                                   });
  return real ? "" : "no box surely holds a flow";
}

std::string refuse_some(const List& list, const Claim& claim) {
  const bool others = std::any_of(claim.cover.begin(), claim.cover.end(), [&](const CoverBox& box) {
    return !box.says.empty() && box.says.front().answer != Answer::Yes && surely_holds_a_flow(box.box, list);
  });
  if (!others) return "every box is answered with yes";
  return refuse_packet(list, claim, claim.witness, Answer::Yes);
}

std::string refuse_verdict(const List& list, const Claim& claim) {
  const Words words = words_of(claim.view);
  const bool some = claim.claims == words.some;
  if (!some && claim.claims != words.all && claim.claims != words.none)
    return "\"" + claim.claims + "\" is no such claim";
  const Answer answer = claim.claims == words.all ? Answer::Yes : Answer::No;
  // Two packets that fare differently show that some do and some do not, whatever the others.
  if (some && claim.cover.empty()) {
    std::string why = refuse_packet(list, claim, claim.witness, Answer::Yes);
    return why.empty() ? refuse_packet(list, claim, claim.counterpart, Answer::No) : why;
  }
  if (claim.sparse && (some || !claim.except.empty())) return "the cover leaves out flows";
  if (std::string why = claim.sparse ? refuse_sparse(list, claim, answer) : refuse_partition(claim); !why.empty())
    return why;
  if (std::string why = refuse_answers(list, claim); !why.empty()) return why;
  return some ? refuse_some(list, claim) : refuse_all(list, claim, answer);
}

}  // namespace

std::string refuse_flows(const List& list, const Claim& claim) {
  if (std::string why = refuse_question(claim.question); !why.empty()) return why;
  if (claim.kind == Kind::Verdict) return refuse_verdict(list, claim);
  if (claim.claims != "some") return "\"" + claim.claims + "\" is no such claim";
  if (std::string why = refuse_packet(list, claim, claim.witness, Answer::Yes); !why.empty()) return why;
  const Word truth = walk(list, *claim.witness, claim.view);
  if (truth.by == claim.by) return "";
  return "the witness is decided by " + names_of(list, truth.by) + ", not by " + names_of(list, claim.by);
}

}  // namespace nsgcheck::verify
