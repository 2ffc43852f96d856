// SPDX-License-Identifier: Apache-2.0
#include "tests/verify/faults.hpp"

#include <algorithm>
#include <vector>

namespace nsgcheck::verify {
namespace {

/// Spoils one claim.
class Spoiler {
 public:
  Spoiler(Evidence& evidence, Claim& claim, std::mt19937& rng) : evidence_{evidence}, claim_{claim}, rng_{rng} {}

  bool apply(Fault fault) {
    if (claim_.cover.empty()) return false;
    switch (fault) {
      case Fault::BoxDropped:
        claim_.cover.erase(claim_.cover.begin() + static_cast<std::ptrdiff_t>(below(claim_.cover.size())));
        return true;
      case Fault::BoxTwice:
        claim_.cover.push_back(CoverBox{any_box()});
        return true;
      case Fault::IntervalEndMoved:
        return shrink(any_box().box);
      case Fault::QuestionWidened:
        return widen(claim_.question[below(claim_.question.size())]);
      case Fault::AccessFlipped:
        return flip();
      case Fault::DeciderSwapped:
        return swap_decider();
      case Fault::RuleNotLookedAt:
        return forget_rule();
      case Fault::RuleMatchesNothing:
        return empty_rule();
      case Fault::WitnessElsewhere:
        return move_witness();
      case Fault::OtherClaim:
        return say_otherwise();
      case Fault::NotComplete:
        claim_.complete = false;
        return true;
    }
    return false;
  }

 private:
  std::size_t below(std::size_t count) { return rng_() % count; }
  CoverBox& any_box() { return claim_.cover[below(claim_.cover.size())]; }

  // One value less on a side that keeps some.
  bool shrink(Box& box) {
    std::vector<Range*> longer;
    for (Set& side : box.sides)
      for (Range& range : side.ranges)
        if (range.low < range.high) longer.push_back(&range);
    // Protocols without ports have all ports, always.
    if (longer.empty() || !box.ported) return false;
    Range& range = *longer[below(longer.size())];
    rng_() % 2 == 0 ? ++range.low : --range.high;
    return true;
  }

  static bool widen(Box& box) {
    for (const SideIndex side : {kSource, kDestination}) {
      auto& ranges = box.sides[side].ranges;
      if (ranges.empty() || ranges.front().low == 0) continue;
      --ranges.front().low;
      return true;
    }
    return false;
  }

  /// A box of which one rule alone decides what list `word` says.
  struct Decided {
    CoverBox* box{};
    std::size_t word{};
    Rule* rule{};
  };
  std::optional<Decided> decided_by_one() {
    std::vector<Decided> all;
    for (CoverBox& box : claim_.cover)
      for (std::size_t w = 0; w < box.says.size(); ++w)
        if (box.says[w].by.size() == 1 && box.says[w].answer != Answer::Unknown)
          all.push_back({&box, w, &list_of(w).rules[box.says[w].by.front()]});
    if (all.empty()) return std::nullopt;
    return all[below(all.size())];
  }
  List& list_of(std::size_t word) {
    return evidence_.lists[claim_.kind == Kind::Comparison && word == 1 ? claim_.new_list : claim_.list];
  }

  bool flip() {
    const auto found = decided_by_one();
    if (!found) return false;
    found->rule->access = found->rule->access == Access::Allow ? Access::Deny : Access::Allow;
    return true;
  }

  bool swap_decider() {
    const auto found = decided_by_one();
    if (!found) return false;
    std::size_t& by = found->box->says[found->word].by.front();
    by += by == 0 || rng_() % 2 == 0 ? 1 : static_cast<std::size_t>(-1);
    return true;
  }

  bool forget_rule() {
    const auto found = decided_by_one();
    if (!found) return false;
    const std::size_t rule = found->box->says[found->word].by.front();
    std::erase_if(list_of(found->word).looks, [&](const Look& look) { return look.rule == rule; });
    return true;
  }

  bool empty_rule() {
    const auto found = decided_by_one();
    if (!found) return false;
    found->rule->protocols = {};
    return true;
  }

  static Box first_packet(const Box& box) {
    Box out = box;
    for (const SideIndex side : {kProtocols, kSource, kDestination}) {
      out.sides[side].symbols.clear();
      if (out.sides[side].ranges.empty()) continue;
      const Value low = out.sides[side].ranges.front().low;
      out.sides[side].ranges = {{low, low}};
    }
    for (const SideIndex side : {kSourcePorts, kDestinationPorts}) {
      if (!box.ported) continue;
      const Value low = out.sides[side].ranges.front().low;
      out.sides[side].ranges = {{low, low}};
    }
    return out;
  }

  // To a box that does not show what is claimed.
  bool move_witness() {
    if (!claim_.witness) return false;
    for (const CoverBox& box : claim_.cover) {
      const bool shows = claim_.kind == Kind::Verdict ? box.says[0].answer == Answer::Yes
                                                      : !box.says.empty() && box.says[0].answer != box.says[1].answer;
      if (shows || box.box.sides[kSource].ranges.empty() || box.box.sides[kDestination].ranges.empty()) continue;
      claim_.witness = first_packet(box.box);
      return true;
    }
    return false;
  }

  bool say_otherwise() {
    const std::vector<std::string> words{"allow", "deny",       "partial", "all",      "none",
                                         "some",  "equivalent", "differs", "shadowed", "redundant"};
    std::string other;
    do other = words[below(words.size())];
    while (other == claim_.claims);
    claim_.claims = other;
    return true;
  }

  Evidence& evidence_;
  Claim& claim_;
  std::mt19937& rng_;
};

}  // namespace

std::string_view name(Fault fault) {
  constexpr std::array<std::string_view, kFaults.size()> kNames{"a box dropped",
                                                                "a box twice",
                                                                "an interval's end moved",
                                                                "the question widened",
                                                                "an access flipped",
                                                                "the decider swapped",
                                                                "a rule not looked at",
                                                                "a rule that matches nothing",
                                                                "the witness elsewhere",
                                                                "another claim",
                                                                "not complete"};
  return kNames[static_cast<std::size_t>(fault)];
}

bool spoil(Evidence& evidence, std::size_t claim, Fault fault, std::mt19937& rng) {
  return Spoiler{evidence, evidence.claims[claim], rng}.apply(fault);
}

}  // namespace nsgcheck::verify
