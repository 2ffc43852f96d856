// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/simplify.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "analyzer/engine/all_spaces.hpp"
#include "analyzer/engine/diff.hpp"
#include "analyzer/engine/simplify_merge.hpp"

namespace nsgcheck::engine {
namespace {

/// How much is tried; the later, the less.
enum class Effort : std::uint8_t { Everything, NoMerging, NoDoubts };

/// Why a user rule is left alone; empty when all that it does is known.
std::optional<Reason> unsettled_reason(const Filter& filter, RuleIndex rule) {
  const FilterRule& looked = filter.rules()[rule];
  if (filter.shares_priority(rule)) return Reason::DuplicatePriority;
  if (!is_settled(looked)) return looked.reason;
  for (const auto* side : {&looked.source, &looked.destination})
    for (const SymbolId symbol : side->symbols) return filter.symbols()[symbol].reason;
  return std::nullopt;
}

// Rules of one direction, all four spaces together.
class Removal {
 public:
  Removal(const Filter& filter, AllSpaces& spaces) : filter_{filter}, spaces_{spaces} {}

  enum class Answer : std::uint8_t { Yes, No, Undecided };
  [[nodiscard]] Answer changes_nothing(RuleIndex rule, bool with_doubts) {
    Answer answer = Answer::Yes;
    for (std::size_t s = 0; s < spaces_.size(); ++s) {
      RuleSpace& space = spaces_[s];
      if (!space.may_match(rule)) continue;
      if (!space.row(rule)) {
        if (!with_doubts || !space.is_heard_anyway(rule)) return Answer::No;
        continue;
      }
      std::vector<RuleIndex> causes;
      const RuleSpace::Removal here = space.removal(rule, causes);
      if (here == RuleSpace::Removal::ChangesSomething) return Answer::No;
      if (here == RuleSpace::Removal::Undecided) answer = Answer::Undecided;
    }
    return answer;
  }

  void drop(RuleIndex rule) {
    for (std::size_t s = 0; s < spaces_.size(); ++s) spaces_[s].drop(rule);
  }

  /// Which of the rules that are not gone do what a rule does or did; empty when they do not.
  [[nodiscard]] std::optional<RemovedRule> explain(RuleIndex rule) {
    RemovedRule out{filter_.origin(rule), {}, true, false};
    std::vector<RuleIndex> causes;
    const auto add = [&](const std::vector<RuleIndex>& some) {
      for (const RuleIndex one : some)
        if (std::find(causes.begin(), causes.end(), one) == causes.end()) causes.push_back(one);
    };
    for (std::size_t s = 0; s < spaces_.size(); ++s) {
      if (!spaces_[s].row(rule)) continue;
      if (spaces_[s].fate(rule) == RuleSpace::Fate::Dead) {
        add(spaces_[s].cause(rule));
        continue;
      }
      out.decided_nothing = false;
      std::vector<RuleIndex> proof;
      if (spaces_[s].removal(rule, proof) != RuleSpace::Removal::ChangesNothing) return std::nullopt;
      add(proof);
    }
    for (const RuleIndex cause : causes) {
      out.causes.push_back(filter_.origin(cause));
      out.opposed = out.opposed || filter_.rules()[cause].may_allow != filter_.rules()[rule].may_allow;
    }
    return out;
  }

  /// Rough size of what the rule matches.
  [[nodiscard]] double volume(RuleIndex rule) {
    double sum = 0;
    for (std::size_t s = 0; s < spaces_.size(); ++s)
      if (spaces_[s].row(rule)) sum += spaces_[s].overlap(rule, rule);
    return sum;
  }

 private:
  const Filter& filter_;
  AllSpaces& spaces_;
};

/// The work on one direction. `nsg_` keeps all rules at their places; `is_gone_` says which no longer count.
class Simplifier {
 public:
  Simplifier(const model::Nsg& nsg, Direction direction, const model::NetworkContext& context,
             const SimplifyOptions& options, Effort effort)
      : nsg_{nsg}, direction_{direction}, context_{context}, options_{options}, effort_{effort} {}

  void run(Simplification& out) {
    is_gone_.assign(nsg_.rules.size(), false);
    bool again = true;
    for (bool first = true; again; first = false) {
      const Filter filter = filter_of_kept();
      AllSpaces spaces{filter, options_.budget};
      if (first) note_unsettled(filter, out);
      remove(filter, spaces);
      again = effort_ == Effort::Everything && options_.merge && merge(filter, spaces);
    }
    // What was merged into a rule that then turned out needless is needless, too.
    std::vector<OriginIndex> needless;
    for (const auto& [rule, into] : merged_into_)
      if (is_gone_[final_place(into)]) needless.push_back(rule);
    for (const OriginIndex rule : needless) merged_into_.erase(rule);
    explain(out);
    for (const auto& [rule, into] : merged_into_) out.merged.push_back({rule, final_place(into)});
    out.undecided.insert(out.undecided.end(), undecided_.begin(), undecided_.end());
    for (OriginIndex rule = 0; rule < nsg_.rules.size(); ++rule) {
      if (is_gone_[rule])
        out.changes.emplace_back(model::RemoveRule{rule});
      else if (is_changed_.contains(rule))
        out.changes.emplace_back(model::ReplaceRule{rule, nsg_.rules[rule]});
    }
  }

 private:
  // Origins of the filter stay those of the NSG: rules that are gone are only passed over.
  Filter filter_of_kept(bool with_removed = false) const {
    ResolvedRules all = resolve(nsg_, direction_, context_);
    ResolvedRules kept;
    kept.symbols = std::move(all.symbols);
    for (std::size_t i = 0; i < all.rules.size(); ++i) {
      const OriginIndex origin = all.origin[i];
      if (is_gone_[origin] && (!with_removed || merged_into_.contains(origin))) continue;
      kept.rules.push_back(std::move(all.rules[i]));
      kept.origin.push_back(origin);
    }
    return Filter{std::move(kept)};
  }

  [[nodiscard]] bool is_ours(const Filter& filter, RuleIndex rule) const {
    const model::SecurityRule& written = nsg_.rules[filter.origin(rule)];
    if (filter.rules()[rule].is_default || written.origin != model::Origin::User || model::is_default(written))
      return false;
    return !(options_.keeps && options_.keeps(written));
  }

  void note_unsettled(const Filter& filter, Simplification& out) const {
    for (RuleIndex rule = 0; rule < filter.rules().size(); ++rule) {
      if (filter.rules()[rule].is_default) continue;
      if (const auto reason = unsettled_reason(filter, rule)) out.unsettled.push_back({filter.origin(rule), *reason});
    }
  }

  // Narrow rules first: what one broad rule does needs no narrow ones, and of two answers that keeps fewer rules.
  void remove(const Filter& filter, AllSpaces& spaces) {
    Removal removal{filter, spaces};
    std::vector<std::pair<double, RuleIndex>> order;
    for (RuleIndex rule = 0; rule < filter.rules().size(); ++rule)
      if (is_ours(filter, rule) && !unsettled_reason(filter, rule)) order.emplace_back(removal.volume(rule), rule);
    // Of equals the later goes, so that reviewers see the first one stay.
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : a.second > b.second;
    });
    // A rule may be needed only against one that goes after it.
    for (bool again = true; again;) {
      again = false;
      undecided_.clear();
      for (const auto& [volume, rule] : order) {
        if (is_gone_[filter.origin(rule)]) continue;
        const Removal::Answer answer = removal.changes_nothing(rule, effort_ != Effort::NoDoubts);
        if (answer == Removal::Answer::Undecided) undecided_.push_back(filter.origin(rule));
        if (answer != Removal::Answer::Yes) continue;
        if (auto why = removal.explain(rule)) removed_[filter.origin(rule)] = *std::move(why);
        removal.drop(rule);
        is_gone_[filter.origin(rule)] = again = true;
      }
    }
    std::sort(undecided_.begin(), undecided_.end());
  }

  bool merge(const Filter& filter, AllSpaces& spaces) {
    const auto may_merge = [&](RuleIndex rule) {
      const OriginIndex origin = filter.origin(rule);
      return !is_gone_[origin] && is_ours(filter, rule) && nsg_.rules[origin].faults.empty() &&
             !unsettled_reason(filter, rule);
    };
    const std::vector<Merge> merges = merge_rules(nsg_, filter, spaces, may_merge);
    for (const Merge& one : merges) {
      merged_into_[filter.origin(one.rule)] = filter.origin(one.into);
      is_gone_[filter.origin(one.rule)] = true;
      is_changed_.insert(filter.origin(one.into));
    }
    return !merges.empty();
  }

  void explain(Simplification& out) const {
    const Filter filter = filter_of_kept(true);
    AllSpaces spaces{filter, options_.budget};
    Removal removal{filter, spaces};
    std::vector<RuleIndex> removed;
    for (RuleIndex rule = 0; rule < filter.rules().size(); ++rule)
      if (is_gone_[filter.origin(rule)]) removed.push_back(rule);
    for (const RuleIndex rule : removed) removal.drop(rule);
    for (const RuleIndex rule : removed) {
      // Rules that stay are the better reason. A rule may be needless only beside one that then was needless, too.
      const OriginIndex origin = filter.origin(rule);
      const auto then = removed_.find(origin);
      const RemovedRule before = then == removed_.end() ? RemovedRule{origin, {}, true, false} : then->second;
      out.removed.push_back(removal.explain(rule).value_or(before));
    }
  }

  // A rule may be merged into one that later is merged itself.
  [[nodiscard]] OriginIndex final_place(OriginIndex rule) const {
    for (auto next = merged_into_.find(rule); next != merged_into_.end(); next = merged_into_.find(rule))
      rule = next->second;
    return rule;
  }

  model::Nsg nsg_;
  Direction direction_;
  const model::NetworkContext& context_;
  const SimplifyOptions& options_;
  Effort effort_;
  std::vector<bool> is_gone_;
  std::map<OriginIndex, OriginIndex> merged_into_;
  std::map<OriginIndex, RemovedRule> removed_;  ///< why, when they went
  std::set<OriginIndex> is_changed_;
  std::vector<OriginIndex> undecided_;
};

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void add(Simplification& to, Simplification from) {
  append(to.removed, from.removed);
  append(to.merged, from.merged);
  append(to.unsettled, from.unsettled);
  append(to.undecided, from.undecided);
  append(to.changes, from.changes);
  append(to.unproven, from.unproven);
}

void sort(Simplification& out) {
  const auto by_rule = [](const auto& a, const auto& b) { return a.rule < b.rule; };
  std::sort(out.removed.begin(), out.removed.end(), by_rule);
  std::sort(out.merged.begin(), out.merged.end(), by_rule);
  std::sort(out.unsettled.begin(), out.unsettled.end(), by_rule);
  // A rule whose direction is not known is in both.
  const auto same = [](const UnsettledRule& a, const UnsettledRule& b) { return a.rule == b.rule; };
  out.unsettled.erase(std::unique(out.unsettled.begin(), out.unsettled.end(), same), out.unsettled.end());
  std::sort(out.undecided.begin(), out.undecided.end());
}

// Rules that stay are the input's own, so what it leaves open in them turns out alike.
bool is_equivalent(const model::Nsg& before, const model::Nsg& after, Direction direction,
                   const model::NetworkContext& context) {
  const FilterDiff found = diff(&before, &after, direction, context, {.same_text = true});
  return found.complete && found.differences.empty();
}

Simplification simplify_direction(const model::Nsg& nsg, Direction direction, const model::NetworkContext& context,
                                  const SimplifyOptions& options) {
  Simplification out;
  for (const Effort effort : {Effort::Everything, Effort::NoMerging, Effort::NoDoubts}) {
    out = {};
    Simplifier{nsg, direction, context, options, effort}.run(out);
    if (out.changes.empty() || is_equivalent(nsg, model::apply(nsg, out.changes), direction, context)) return out;
  }
  out.removed.clear();
  out.merged.clear();
  out.changes.clear();
  out.unproven.push_back(direction);
  return out;
}

}  // namespace

Simplification simplify(const model::Nsg& nsg, const model::NetworkContext& context, const SimplifyOptions& options) {
  Simplification out;
  for (const Direction direction : {Direction::Inbound, Direction::Outbound})
    add(out, simplify_direction(nsg, direction, context, options));
  sort(out);
  return out;
}

}  // namespace nsgcheck::engine
