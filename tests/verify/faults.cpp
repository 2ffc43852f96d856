// SPDX-License-Identifier: Apache-2.0
#include "tests/verify/faults.hpp"

#include <algorithm>
#include <vector>

#include "cli/verify/sets.hpp"

namespace nsgcheck::verify {
namespace {

/// Spoils one claim.
class Spoiler {
 public:
  Spoiler(Evidence& evidence, Claim& claim, std::mt19937& rng) : evidence_{evidence}, claim_{claim}, rng_{rng} {}

  bool apply(Fault fault) {
    if (claim_.cover.empty() && is_of_cover(fault)) return false;
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
      case Fault::FlowsLeftOut:
        return leave_out();
      case Fault::RuleOfOtherKind:
        return change_rule();
    }
    return false;
  }

 private:
  static bool is_of_cover(Fault fault) {
    return fault == Fault::BoxDropped || fault == Fault::BoxTwice || fault == Fault::IntervalEndMoved ||
           fault == Fault::QuestionWidened;
  }

  bool leave_out() {
    if (claim_.kind == Kind::Packet) {
      claim_.except.push_back(*claim_.witness);
      return true;
    }
    if (claim_.kind != Kind::Verdict) return false;
    for (CoverBox& box : claim_.cover) {
      if (box.says.empty() || holds_any(claim_.except, box.box)) continue;
      box.says.clear();
      return true;
    }
    return false;
  }

  bool change_rule() {
    Rule& rule = evidence_.lists[claim_.list].rules[claim_.rule];
    if (claim_.kind == Kind::Named) {
      if (rng_() % 2 == 0)
        rule.is_default = true;
      else
        rule.protocols.sure.ranges.clear();
      return true;
    }
    if (claim_.kind == Kind::NeverMatches) {
      rule.protocols.maybe.ranges = {{0, 255}};
      rule.source_ports.maybe.ranges = rule.destination_ports.maybe.ranges = {{0, 65535}};
      rule.source[0].maybe.ranges = rule.destination[0].maybe.ranges = {{0, 0xFFFFFFFF}};
      return true;
    }
    if (claim_.kind != Kind::Overlapped) return false;
    // Said to say what is decided before it.
    rule.access = rule.access == Access::Allow ? Access::Deny : Access::Allow;
    return true;
  }

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

  /// A rule that alone decides a box in a list.
  struct Decided {
    std::vector<std::size_t>* by{};
    List* list{};
    Rule* rule{};
  };
  std::optional<Decided> decided_by_one() {
    std::vector<Decided> all;
    if (claim_.kind == Kind::Packet && claim_.by.size() == 1)
      return Decided{&claim_.by, &evidence_.lists[claim_.list], &list_of(0).rules[claim_.by.front()]};
    for (CoverBox& box : claim_.cover)
      for (std::size_t w = 0; w < box.says.size(); ++w)
        if (box.says[w].by.size() == 1 && box.says[w].answer != Answer::Unknown)
          all.push_back({&box.says[w].by, &list_of(w), &list_of(w).rules[box.says[w].by.front()]});
    if (all.empty()) return std::nullopt;
    return all[below(all.size())];
  }
  List& list_of(std::size_t word) {
    return evidence_.lists[claim_.kind == Kind::Comparison && word == 1 ? claim_.new_list : claim_.list];
  }

  static bool says_yes(const Rule& rule) { return rule.access == Access::Deny && !rule.is_default; }

  bool flip() {
    const auto found = decided_by_one();
    if (!found) return false;
    if (claim_.view == View::DeniedByUser) {
      // Only a rule of the user counts there, and then its deny.
      found->rule->access = says_yes(*found->rule) ? Access::Allow : Access::Deny;
      found->rule->is_default = false;
      return true;
    }
    found->rule->access = found->rule->access == Access::Allow ? Access::Deny : Access::Allow;
    return true;
  }

  bool swap_decider() {
    const auto found = decided_by_one();
    if (!found) return false;
    std::size_t& by = found->by->front();
    by += by == 0 || rng_() % 2 == 0 ? 1 : static_cast<std::size_t>(-1);
    return true;
  }

  bool forget_rule() {
    const auto found = decided_by_one();
    if (!found) return false;
    const std::size_t rule = found->by->front();
    std::erase_if(found->list->looks, [&](const Look& look) { return look.rule == rule; });
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
    if (claim_.kind == Kind::Packet) {
      // To a packet that is not asked about.
      claim_.witness->v6 = !claim_.witness->v6;
      claim_.question.resize(1);
      claim_.question.front().v6 = !claim_.witness->v6;
      return true;
    }
    for (const CoverBox& box : claim_.cover) {
      if (box.says.empty() && claim_.kind == Kind::Verdict) continue;
      const bool shows = claim_.kind == Kind::Verdict ? box.says[0].answer == Answer::Yes
                                                      : !box.says.empty() && box.says[0].answer != box.says[1].answer;
      if (shows || box.box.sides[kSource].ranges.empty() || box.box.sides[kDestination].ranges.empty()) continue;
      claim_.witness = first_packet(box.box);
      return true;
    }
    return false;
  }

  bool say_otherwise() {
    const std::vector<std::string> words{"allow",      "deny",          "partial", "all",      "none",
                                         "some",       "equivalent",    "differs", "shadowed", "redundant",
                                         "overlapped", "never matches", "named"};
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
                                                                "not complete",
                                                                "flows left out",
                                                                "a rule of another kind"};
  return kNames[static_cast<std::size_t>(fault)];
}

bool spoil(Evidence& evidence, std::size_t claim, Fault fault, std::mt19937& rng) {
  return Spoiler{evidence, evidence.claims[claim], rng}.apply(fault);
}

namespace {

// What is surely not shown by what shows a form.
Form contrary(Form form) {
  switch (form) {
    case Form::SomeAllowed:
    case Form::AllAllowed:
      return Form::NoneAllowed;
    case Form::NoneAllowed:
      return Form::SomeAllowed;
    case Form::SomeDenied:
      return Form::NoneDenied;
    case Form::NoneDenied:
      return Form::SomeDenied;
    case Form::Shadowed:
      return Form::Redundant;
    case Form::Redundant:
      return Form::Overlapped;
    case Form::Overlapped:
      return Form::NeverMatches;
    case Form::NamedAndDenied:
      return Form::NamedAndClosed;
    case Form::NamedAndClosed:
      return Form::NamedAndDenied;
    case Form::Unlisted:
      return Form::Exactly;
    case Form::Exactly:
      return Form::Unlisted;
    default:
      return Form::Shadowed;
  }
}

}  // namespace

void spoil(Evidence& evidence, Statement& statement, std::mt19937& rng) {
  switch (rng() % 4) {
    case 0:
      statement.nsg += " of others";
      return;
    case 1:
      statement.claims.clear();
      return;
    case 2:
      // Shown by a claim that says nothing.
      evidence.claims[statement.claims.front()].claims.clear();
      return;
    default:
      statement.form = contrary(*statement.form);
  }
}

}  // namespace nsgcheck::verify
