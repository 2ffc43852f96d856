// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/hygiene.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/engine/all_spaces.hpp"

namespace nsgcheck::engine {
namespace {

constexpr std::size_t kMaxPieces = 64;

class Checker {
 public:
  Checker(const Filter& filter, std::size_t budget) : filter_{filter}, spaces_{filter, budget} {}

  HygieneReport run() {
    for (RuleIndex rule = 0; rule < filter_.rules().size(); ++rule)
      if (is_judged(filter_.rules()[rule])) judge(rule);
    return std::move(report_);
  }

 private:
  static bool is_judged(const FilterRule& rule) { return !rule.is_default && is_settled(rule); }

  // A rule with ports for a protocol without ports may match, so it is not for sure that it never does.
  bool may_match_something(RuleIndex rule) {
    for (std::size_t s = 0; s < spaces_.size(); ++s)
      if (spaces_[s].may_match(rule)) return true;
    return false;
  }

  bool surely_matches_something(RuleIndex rule) {
    for (std::size_t s = 0; s < spaces_.size(); ++s)
      if (spaces_[s].row(rule)) return true;
    return false;
  }

  RuleSpace::Fate fate(RuleIndex rule) {
    bool dead = false;
    bool undecided = false;
    for (std::size_t s = 0; s < spaces_.size(); ++s) {
      if (!spaces_[s].row(rule)) continue;
      const RuleSpace::Fate here = spaces_[s].fate(rule);
      if (here == RuleSpace::Fate::Alive) return here;
      dead = true;
      undecided = undecided || here == RuleSpace::Fate::Undecided;
    }
    return dead && !undecided ? RuleSpace::Fate::Dead : RuleSpace::Fate::Undecided;
  }

  void judge(RuleIndex rule) {
    if (!may_match_something(rule)) report_.findings.push_back({HygieneKind::NeverMatches, rule, {}, {}, true});
    if (!surely_matches_something(rule)) return;
    undecided_ = false;
    const RuleSpace::Fate state = fate(rule);
    if (state == RuleSpace::Fate::Dead)
      judge_dead(rule);
    else
      judge_other(rule, state);
    if (undecided_ || state == RuleSpace::Fate::Undecided) report_.undecided.push_back(rule);
  }

  void judge_dead(RuleIndex rule) {
    const std::optional<RuleIndex> opponent = first_opponent(rule);
    if (!opponent && undecided_) return;
    const HygieneKind kind = opponent ? HygieneKind::Shadowed : HygieneKind::Redundant;
    report_.findings.push_back({kind, rule, causes(rule, opponent), spaces_.own_regions(rule), true});
  }

  void judge_other(RuleIndex rule, RuleSpace::Fate state) {
    std::vector<RuleIndex> proof;
    const RuleSpace::Removal removal = all_removals(rule, proof);
    if (removal == RuleSpace::Removal::ChangesNothing)
      report_.findings.push_back({HygieneKind::Redundant, rule, std::move(proof), spaces_.own_regions(rule), true});
    undecided_ = undecided_ || removal == RuleSpace::Removal::Undecided;
    if (state == RuleSpace::Fate::Alive && decides_something(rule)) overlaps(rule);
  }

  bool decides_something(RuleIndex rule) {
    return any_space(rule, [&](RuleSpace& space) { return space.sure_share(rule); });
  }

  // True when the question is answered with Some in a space where the rule surely matches; notes what is undecided.
  template <class Ask>
  bool any_space(RuleIndex rule, Ask ask) {
    bool undecided = false;
    for (std::size_t s = 0; s < spaces_.size(); ++s) {
      if (!spaces_[s].row(rule)) continue;
      const RuleSpace::Share share = ask(spaces_[s]);
      if (share == RuleSpace::Share::Some) return true;
      undecided = undecided || share == RuleSpace::Share::Undecided;
    }
    undecided_ = undecided_ || undecided;
    return false;
  }

  std::optional<RuleIndex> first_opponent(RuleIndex rule) {
    for (const RuleIndex opponent : opponents(rule)) {
      const auto takes = [&](RuleSpace& space) {
        return space.row(opponent) ? space.takes(opponent, rule) : RuleSpace::Share::None;
      };
      if (any_space(rule, takes)) return opponent;
    }
    return std::nullopt;
  }

  std::vector<RuleIndex> opponents(RuleIndex rule) {
    std::vector<RuleIndex> out;
    for (std::size_t s = 0; s < spaces_.size(); ++s) {
      if (!spaces_[s].row(rule)) continue;
      for (const RuleIndex opponent : spaces_[s].opponents(rule))
        if (std::find(out.begin(), out.end(), opponent) == out.end()) out.push_back(opponent);
    }
    return out;
  }

  RuleSpace::Removal all_removals(RuleIndex rule, std::vector<RuleIndex>& proof) {
    auto worst = RuleSpace::Removal::ChangesNothing;
    for (std::size_t s = 0; s < spaces_.size(); ++s) {
      if (!spaces_[s].row(rule)) continue;
      const RuleSpace::Removal here = spaces_[s].removal(rule, proof);
      if (here == RuleSpace::Removal::ChangesSomething) return here;
      if (here == RuleSpace::Removal::Undecided) worst = here;
    }
    return worst;
  }

  // Few rules that prove a dead rule dead in every space, one of the other action among them if there is one.
  std::vector<RuleIndex> causes(RuleIndex rule, std::optional<RuleIndex> opponent) {
    std::vector<RuleIndex> out;
    for (std::size_t s = 0; s < spaces_.size(); ++s) {
      if (!spaces_[s].row(rule)) continue;
      for (const RuleIndex cause : spaces_[s].cause(rule))
        if (std::find(out.begin(), out.end(), cause) == out.end()) out.push_back(cause);
    }
    const bool has_opponent = std::any_of(out.begin(), out.end(), [&](RuleIndex r) {
      return filter_.rules()[r].may_allow != filter_.rules()[rule].may_allow;
    });
    if (opponent && !has_opponent) out.push_back(*opponent);
    return out;
  }

  bool contained(RuleIndex inner, RuleIndex outer) {
    for (std::size_t s = 0; s < spaces_.size(); ++s) {
      if (!spaces_[s].row(inner)) continue;
      if (!spaces_[s].row(outer) || !spaces_[s].contains(outer, inner)) return false;
    }
    return true;
  }

  // A narrower exception above a broader rule is how rules are written; anything else that takes a part away is worth
  // a word.
  void overlaps(RuleIndex rule) {
    std::vector<RuleIndex> odd;
    for (const RuleIndex opponent : opponents(rule)) {
      if (contained(opponent, rule)) continue;
      const auto takes = [&](RuleSpace& space) {
        return space.row(opponent) ? space.surely_takes(opponent, rule) : RuleSpace::Share::None;
      };
      if (any_space(rule, takes)) odd.push_back(opponent);
    }
    if (odd.empty()) return;
    bool complete = true;
    const std::vector<Region> taken = taken_region(rule, odd, complete);
    report_.findings.push_back({HygieneKind::PartiallyShadowed, rule, odd, taken, complete});
    report_.findings.push_back({HygieneKind::Correlated, rule, std::move(odd), taken, complete});
  }

  std::vector<Region> taken_region(RuleIndex rule, const std::vector<RuleIndex>& takers, bool& complete) {
    std::array<std::vector<Box>, 4> boxes;
    for (std::size_t s = 0; s < spaces_.size(); ++s) {
      if (!spaces_[s].row(rule)) continue;
      std::vector<Box> found;
      if (!spaces_[s].taken(rule, takers, kMaxPieces, found)) complete = false;
      boxes[s] = std::move(found);
    }
    return spaces_.regions(boxes);
  }

  const Filter& filter_;
  AllSpaces spaces_;
  HygieneReport report_;
  bool undecided_{};  // of the rule being judged
};

}  // namespace

HygieneReport check_hygiene(const Filter& filter, std::size_t budget) { return Checker{filter, budget}.run(); }

}  // namespace nsgcheck::engine
