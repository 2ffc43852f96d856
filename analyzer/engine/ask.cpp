// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/ask.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "analyzer/engine/cover.hpp"
#include "analyzer/engine/diagram.hpp"
#include "analyzer/engine/region_merge.hpp"

namespace nsgcheck::engine {

Contribution contribution(const FilterRule& rule, View view) {
  if (view == View::Allowed)
    return static_cast<Contribution>((rule.may_allow ? kSaysYes : 0) | (rule.may_deny ? kSaysNo : 0));
  if (view == View::Denied)
    return static_cast<Contribution>((rule.may_deny ? kSaysYes : 0) | (rule.may_allow ? kSaysNo : 0));
  const bool may_yes = rule.may_deny && !rule.is_default;
  return static_cast<Contribution>((may_yes ? kSaysYes : 0) | (rule.may_allow || rule.is_default ? kSaysNo : 0));
}

namespace {

void add_rule(std::vector<RuleIndex>& list, RuleIndex rule) {
  if (std::find(list.begin(), list.end(), rule) == list.end()) list.push_back(rule);
}

// Why a rule does not surely match or not surely decide.
Reason uncertainty(const Filter& filter, RuleIndex index, bool ported, const FlowSet& question) {
  const FilterRule& rule = filter.rules()[index];
  const auto undetermined = [](const auto& term) { return term.undetermined; };
  if (rule.floating || rule.may_be_absent || rule.protocols_undetermined || undetermined(rule.source) ||
      undetermined(rule.destination) || undetermined(rule.source_ports) || undetermined(rule.destination_ports) ||
      (rule.may_allow && rule.may_deny))
    return rule.reason;
  if (filter.shares_priority(index)) return Reason::DuplicatePriority;
  if (!ported && (!rule.source_ports.known.is_all() || !rule.destination_ports.known.is_all()))
    return Reason::UndefinedPorts;
  // The rule's own tags and groups, or those asked for, of which it is not known where they lie.
  for (const auto* side : {&rule.source, &rule.destination, &question.source, &question.destination})
    for (const SymbolId id : side->symbols)
      if (filter.symbols()[id].reason == Reason::UnknownTag) return Reason::UnknownTag;
  return Reason::AsgWithoutMembers;
}

// Answers one space and adds to the answer; keeps what is common to the four.
class SpaceAsker {
 public:
  SpaceAsker(const Filter& filter, const FlowSet& question, View view, SpaceOptions options)
      : filter_{filter}, question_{question}, view_{view}, options_{options} {}

  Answer run() {
    in_space<net::Ipv4>(true, &SpaceRegions::v4_ported);
    in_space<net::Ipv4>(false, &SpaceRegions::v4_portless);
    in_space<net::Ipv6>(true, &SpaceRegions::v6_ported);
    in_space<net::Ipv6>(false, &SpaceRegions::v6_portless);
    settle_perhaps_empty();
    answer_.yes = merge(std::move(yes_), question_);
    answer_.unknown = merge(std::move(unknown_), question_);
    for (const auto& [rule, reason] : unsettled_)
      if (reason == answer_.reason) add_rule(answer_.unsettled, rule);
    for (auto* list : {&answer_.yes_rules, &answer_.no_rules, &answer_.candidates, &answer_.unsettled})
      std::sort(list->begin(), list->end());
    return std::move(answer_);
  }

 private:
  using Part = std::vector<Region> SpaceRegions::*;

  template <class Address>
  void in_space(bool ported, Part part) {
    const Space<Address> space{filter_, ported, question_, options_};
    if (!space.has_flows()) return;
    const Grid& grid = space.grid();
    std::vector<Contribution> says;
    for (const GridRow& row : grid.rows) says.push_back(contribution(filter_.rules()[row.rule], view_));
    find_deciders(grid, says);

    const Diagram diagram{grid, says, diagram_work_};
    if (!diagram.complete()) {
      note_budget(space, yes_.*part);
      return;
    }
    bool truncated = false;
    for (const Box& box : diagram.boxes(Mark::Yes, truncated)) {
      const bool populated = grid.surely_populated(box);
      ((populated ? yes_ : perhaps_yes_).*part).push_back(space.region(box));
      answer_.some_yes = answer_.some_yes || populated;
    }
    for (const Box& box : diagram.boxes(Mark::No, truncated)) {
      if (grid.surely_populated(box))
        answer_.some_no = true;
      else
        (perhaps_no_.*part).push_back(space.region(box));
    }
    for (const Box& box : diagram.boxes(Mark::Unknown, truncated)) {
      Region region = space.region(box);
      if (!options_.implied_symbols &&
          !(keep_asked(region.source, question_.source) && keep_asked(region.destination, question_.destination)))
        continue;
      answer_.some_unknown = true;
      note_reason(unknown_reason(grid, box, ported));
      (unknown_.*part).push_back(std::move(region));
    }
    if (truncated) answer_.complete = false;
  }

  // The members of a symbol that the question only implies are among its real addresses, and those carry every "may" of
  // the symbol already: a second word on "any member" could only repeat it, or doubt what is certain of each address.
  static bool keep_asked(AddressPart& part, const AddressTerm& asked) {
    std::erase_if(part.symbols, [&](SymbolId id) {
      return std::find(asked.symbols.begin(), asked.symbols.end(), id) == asked.symbols.end();
    });
    return !part.symbols.empty() || !part.addresses.empty();
  }

  // Flows between groups that may have no member are said of all members and prove nothing by themselves: a group that
  // is allowed makes no "some", and one that is denied no "not all".
  void settle_perhaps_empty() {
    for (const Part part :
         {&SpaceRegions::v4_ported, &SpaceRegions::v4_portless, &SpaceRegions::v6_ported, &SpaceRegions::v6_portless}) {
      if (answer_.some_yes)
        std::move((perhaps_yes_.*part).begin(), (perhaps_yes_.*part).end(), std::back_inserter(yes_.*part));
      else
        take_unknown(perhaps_yes_.*part, unknown_.*part);
      if (answer_.some_yes && !answer_.some_no) take_unknown(perhaps_no_.*part, unknown_.*part);
    }
  }

  void take_unknown(std::vector<Region>& regions, std::vector<Region>& unknown) {
    for (Region& region : regions) {
      answer_.some_unknown = true;
      note_reason(symbol_reason(region.source, region.destination));
      unknown.push_back(std::move(region));
    }
  }

  Reason symbol_reason(const AddressPart& source, const AddressPart& destination) const {
    for (const auto* side : {&source, &destination})
      for (const SymbolId id : side->symbols)
        if (filter_.symbols()[id].reason == Reason::UnknownTag) return Reason::UnknownTag;
    return Reason::AsgWithoutMembers;
  }

  void note_reason(Reason reason) {
    if (!answer_.reason || reason < *answer_.reason) answer_.reason = reason;
  }

  // Rules that decide some flow for sure: not all of it is taken by earlier rules, or made uncertain by them.
  void find_deciders(const Grid& grid, const std::vector<Contribution>& says) {
    CoverSearch search{grid.layout, cover_work_};
    for (std::size_t r = 0; r < grid.rows.size(); ++r) {
      const GridRow& row = grid.rows[r];
      if (row.sure_is_empty || (says[r] != kSaysYes && says[r] != kSaysNo)) continue;
      std::vector<const Box*> covers;
      for (std::size_t e = 0; e < r; ++e) {
        const bool contradicts = (says[e] & ~says[r]) != 0;
        const Box& box = contradicts ? grid.rows[e].may : grid.rows[e].sure;
        if (grid.layout.overlaps(box, row.sure)) covers.push_back(&box);
      }
      if (search.find(row.sure, covers) == CoverSearch::Outcome::Covered) continue;
      add_rule(says[r] == kSaysYes ? answer_.yes_rules : answer_.no_rules, row.rule);
    }
  }

  Reason unknown_reason(const Grid& grid, const Box& box, bool ported) {
    Reason reason = Reason::BudgetExceeded;
    for (const GridRow& row : grid.rows) {
      if (!grid.layout.overlaps(row.may, box)) continue;
      add_rule(answer_.candidates, row.rule);
      const bool says_both = filter_.rules()[row.rule].may_allow && filter_.rules()[row.rule].may_deny;
      const bool matches = !row.sure_is_empty && grid.layout.covers(row.sure, Layout::intersect(row.may, box));
      if (says_both || !matches) {
        const Reason why = uncertainty(filter_, row.rule, ported, question_);
        unsettled_.emplace(row.rule, why);
        reason = std::min(reason, why);
      }
      if (!row.sure_is_empty && grid.layout.covers(row.sure, box)) break;
    }
    return reason;
  }

  // Too many classes for the whole region: one proven piece for each side is still worth saying.
  template <class Address>
  void note_budget(const Space<Address>& space, std::vector<Region>& yes) {
    answer_.complete = false;
    answer_.some_unknown = true;
    note_reason(Reason::BudgetExceeded);
    const Grid& grid = space.grid();
    CoverSearch search{grid.layout, cover_work_};
    for (std::size_t r = 0; r < grid.rows.size(); ++r) {
      const Contribution says = contribution(filter_.rules()[grid.rows[r].rule], view_);
      if (grid.rows[r].sure_is_empty || (says != kSaysYes && says != kSaysNo)) continue;
      std::vector<const Box*> covers;
      for (std::size_t e = 0; e < r; ++e) covers.push_back(&grid.rows[e].may);
      if (search.find(grid.rows[r].sure, covers) != CoverSearch::Outcome::Uncovered) continue;
      if (!grid.surely_populated(search.witness())) continue;
      if (says == kSaysNo) answer_.some_no = true;
      if (says != kSaysYes) continue;
      answer_.some_yes = true;
      yes.push_back(space.region(search.witness()));
    }
  }

  const Filter& filter_;
  const FlowSet& question_;
  View view_;
  SpaceOptions options_;
  WorkBudget diagram_work_{Diagram::kBudget};
  WorkBudget cover_work_{2 * CoverSearch::kBudget};
  Answer answer_;
  std::set<std::pair<RuleIndex, Reason>> unsettled_;
  SpaceRegions yes_, perhaps_yes_, perhaps_no_, unknown_;
};

// True when every tag or group that may hold an address of the question has its own point in it. Otherwise an address
// could be a member of something that no case speaks of.
template <class Address>
bool asks_whole_symbols(const SymbolTable& symbols, const AddressTerm& side) {
  const auto asked = axis_set<Address>({side.known, {}, false}, symbols);
  const auto all = axis_set<Address>(side, symbols);
  for (std::size_t w = 0; w < asked.may_symbols.size(); ++w)
    if ((asked.may_symbols[w] & ~all.sure_symbols[w]) != 0) return false;
  return true;
}

bool asks_whole_symbols(const SymbolTable& symbols, const FlowSet& question) {
  return asks_whole_symbols<net::Ipv4>(symbols, question.source) &&
         asks_whole_symbols<net::Ipv6>(symbols, question.source) &&
         asks_whole_symbols<net::Ipv4>(symbols, question.destination) &&
         asks_whole_symbols<net::Ipv6>(symbols, question.destination);
}

// What every case says, or nothing when they differ, when one is not settled or when there are too many.
std::optional<Answer> common_answer(const Filter& filter, const FlowSet& question, View view) {
  constexpr std::size_t kMaxCases = 64;
  const auto cases = symbol_cases(filter, question, kMaxCases);
  if (!cases) return std::nullopt;
  std::optional<Answer> common;
  for (const SymbolCase& one : *cases) {
    const Answer answer =
        SpaceAsker{filter, question, view, {.symbol_case = &one, .implied_symbols = false, .keep_unreachable = false}}
            .run();
    if (!answer.complete || answer.some_unknown) return std::nullopt;
    if (!common) {
      common = answer;
      continue;
    }
    if (answer.yes != common->yes || answer.some_yes != common->some_yes || answer.some_no != common->some_no)
      return std::nullopt;
    for (const RuleIndex rule : answer.yes_rules) add_rule(common->yes_rules, rule);
    for (const RuleIndex rule : answer.no_rules) add_rule(common->no_rules, rule);
  }
  std::sort(common->yes_rules.begin(), common->yes_rules.end());
  std::sort(common->no_rules.begin(), common->no_rules.end());
  return common;
}

}  // namespace

Answer ask(const Filter& filter, const FlowSet& question, View view) {
  Answer answer = SpaceAsker{filter, question, view, {}}.run();
  const bool by_symbols = answer.some_unknown && answer.complete && filter.symbols().size() > 0 &&
                          (answer.reason == Reason::UnknownTag || answer.reason == Reason::AsgWithoutMembers);
  if (!by_symbols) return answer;
  // An allow for Storage.WestUS behind a deny for Storage never decides, although it is open of each address whether
  // one of them holds it.
  if (!asks_whole_symbols(filter.symbols(), question)) {
    auto common = common_answer(filter, question, view);
    return common ? *std::move(common) : std::move(answer);
  }
  // "Allowed from Storage, denied elsewhere" is settled by cases although no single address is: each is in the tag,
  // which has its own region, or in none. When the other case adds nothing, the listed region is the whole truth. So is
  // "denied" when no case allows anything.
  const std::size_t words = words_for(filter.symbols().size());
  const SymbolCase none{Words(words, 0), Words(words, 0)};
  const Answer outside =
      SpaceAsker{filter, question, view, {.symbol_case = &none, .implied_symbols = true, .keep_unreachable = false}}
          .run();
  if (outside.complete && !outside.some_unknown && outside.yes == answer.yes) {
    answer.unknown.clear();
    answer.some_unknown = false;
    answer.some_no = outside.some_no;
    answer.reason.reset();
    answer.candidates.clear();
    answer.unsettled.clear();
  }
  return answer;
}

Verdict verdict(const Answer& answer) {
  if (answer.some_yes && answer.complete && !answer.some_no && !answer.some_unknown) return Verdict::Allow;
  if (answer.some_yes) return Verdict::Partial;
  if (answer.some_unknown || !answer.complete) return Verdict::Unknown;
  return Verdict::Deny;
}

}  // namespace nsgcheck::engine
