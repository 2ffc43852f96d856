// SPDX-License-Identifier: Apache-2.0
// Cover proofs against brute force over cells, and what is said when the work allowed runs out.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/cover.hpp"
#include "analyzer/engine/diagram.hpp"
#include "analyzer/engine/hygiene.hpp"
#include "tests/bench/rule_sets.hpp"
#include "tests/engine/random_case.hpp"

namespace nsgcheck::engine::budget_test {
namespace {

using Outcome = CoverSearch::Outcome;

constexpr std::size_t kPlenty = 10'000'000;

// Every side a non-empty set of three classes, more often many than few.
Box random_box(const Layout& layout) {
  Box box(layout.words(), 0);
  for (std::size_t d = 0; d < kDims; ++d)
    layout.side(box, d)[0] = static_cast<std::uint64_t>(*rc::gen::inRange(1, 8) | *rc::gen::inRange(0, 8));
  return box;
}

bool holds(const Layout& layout, const Box& box, const std::array<std::size_t, kDims>& cell) {
  for (std::size_t d = 0; d < kDims; ++d)
    if (!test_bit(layout.side(box, d), cell[d])) return false;
  return true;
}

template <class Visit>
void for_each_cell(Visit visit) {
  for (std::size_t n = 0; n < 243; ++n)
    visit(std::array<std::size_t, kDims>{n % 3, n / 3 % 3, n / 9 % 3, n / 27 % 3, n / 81});
}

RC_GTEST_PROP(Cover, AgreesWithEveryCell, ()) {
  const Layout layout{{3, 3, 3, 3, 3}};
  const Box box = random_box(layout);
  std::vector<Box> covers;
  const auto count = *rc::gen::inRange(0, 25);
  for (int i = 0; i < count; ++i) covers.push_back(random_box(layout));
  std::vector<const Box*> pointers;
  for (const Box& cover : covers) pointers.push_back(&cover);
  const auto covered = [&](const auto& cell) {
    return std::any_of(covers.begin(), covers.end(), [&](const Box& c) { return holds(layout, c, cell); });
  };

  WorkBudget budget{kPlenty};
  CoverSearch search{layout, budget};
  const Outcome outcome = search.find(box, pointers);
  const auto rest = subtract(layout, box, pointers, kPlenty);
  RC_ASSERT(rest.has_value());
  bool all = true;
  for_each_cell([&](const auto& cell) {
    const bool open = holds(layout, box, cell) && !covered(cell);
    all = all && !open;
    const auto pieces = std::count_if(rest->begin(), rest->end(), [&](const Box& p) { return holds(layout, p, cell); });
    RC_ASSERT(pieces == (open ? 1 : 0));
    if (outcome == Outcome::Uncovered && holds(layout, search.witness(), cell)) RC_ASSERT(open);
    if (outcome == Outcome::Covered && holds(layout, box, cell))
      RC_ASSERT(std::any_of(search.used().begin(), search.used().end(),
                            [&](std::size_t i) { return holds(layout, covers[i], cell); }));
  });
  RC_CLASSIFY(all, "covered");
  RC_ASSERT(outcome == (all ? Outcome::Covered : Outcome::Uncovered));
}

Filter filter_of(const bench::RuleSet& set) { return Filter{resolve(set.nsg, Direction::Inbound, set.context)}; }

TEST(Budget, CoverSearchGivesUpInsteadOfGuessing) {
  const Layout layout{{2, 1, 1, 1, 1}};
  const Box whole = layout.full();
  Box first(layout.words(), 0), second(layout.words(), 0);
  for (Box* half : {&first, &second}) {
    *half = whole;
    layout.side(*half, 0)[0] = half == &first ? 1 : 2;
  }
  for (std::size_t work = 0; work < 10; ++work) {
    WorkBudget budget{work};
    CoverSearch search{layout, budget};
    const Outcome outcome = search.find(whole, {&first, &second});
    // Three comparisons with both, then two with the one that is left.
    EXPECT_EQ(outcome, work < 5 ? Outcome::Exhausted : Outcome::Covered) << work;
    EXPECT_LE(budget.left, work);
  }
}

TEST(Budget, DiagramGivesUpInsteadOfGuessing) {
  const Filter filter = filter_of(bench::crossing(60));
  const Space<net::Ipv4> space{filter, true, flow_set_of(everything())};
  const std::vector<Contribution> says(space.grid().rows.size(), kSaysYes);
  std::vector<Contribution> mixed = says;
  for (std::size_t i = 0; i < mixed.size(); i += 2) mixed[i] = kSaysNo;
  WorkBudget little{100};
  EXPECT_FALSE((Diagram{space.grid(), mixed, little}.complete()));
  WorkBudget plenty{100'000'000};
  EXPECT_TRUE((Diagram{space.grid(), mixed, plenty}.complete()));
  EXPECT_LT(plenty.left, 100'000'000U);
}

struct Hostile {
  const char* name;
  bench::RuleSet (*make)(std::size_t);
  std::size_t enough{};  ///< of the amounts of work tried, with which hygiene may be whole
};

class Adversarial : public testing::TestWithParam<Hostile> {};

// Whatever the rules are, what is said of all flows at once is either whole or called incomplete, and then never a
// plain allow or deny.
TEST_P(Adversarial, IncompleteIsNeverAllowOrDeny) {
  for (const std::size_t rules : {50U, 1000U}) {
    const Filter filter = filter_of(GetParam().make(rules));
    const Answer answer = ask(filter, flow_set_of(everything()));
    const bool plain = verdict(answer) == Verdict::Allow || verdict(answer) == Verdict::Deny;
    EXPECT_TRUE(answer.complete || !plain);
    EXPECT_TRUE(answer.some_yes && answer.some_no);
  }
}

TEST_P(Adversarial, TheLastDenyIsShadowedJustWhereTheRulesFillTheSpace) {
  const bool fills = std::string_view{GetParam().name} == "tiling";
  const Filter filter = filter_of(GetParam().make(300));
  const HygieneReport report = check_hygiene(filter);
  EXPECT_TRUE(report.undecided.empty());
  // The deny of everything is the last user rule; IPv6 reaches it in every set, since the ranges are IPv4.
  RuleIndex deny = 0;
  for (RuleIndex r = 0; r < filter.rules().size(); ++r)
    if (!filter.rules()[r].is_default) deny = r;
  const bool shadowed = std::any_of(report.findings.begin(), report.findings.end(), [&](const HygieneFinding& f) {
    return f.rule == deny && f.kind == HygieneKind::Shadowed;
  });
  EXPECT_FALSE(shadowed);
  const Space<net::Ipv4> space{filter, true, flow_set_of(everything()), {.keep_unreachable = true}};
  std::vector<const Box*> tiles;
  for (const GridRow& row : space.grid().rows)
    if (row.rule < deny) tiles.push_back(&row.sure);
  WorkBudget budget{CoverSearch::kBudget};
  CoverSearch search{space.grid().layout, budget};
  EXPECT_EQ(search.find(space.grid().layout.full(), tiles), fills ? Outcome::Covered : Outcome::Uncovered);
}

// With less work allowed less is claimed, and the rules that are left open are named.
TEST_P(Adversarial, LittleWorkGivesFewerFindingsNotOthers) {
  const Filter filter = filter_of(GetParam().make(120));
  const HygieneReport full = check_hygiene(filter);
  ASSERT_TRUE(full.undecided.empty());
  for (const std::size_t work : {0U, 100U, 10'000U}) {
    const HygieneReport some = check_hygiene(filter, work);
    EXPECT_TRUE(work >= GetParam().enough || !some.undecided.empty()) << work;
    for (const HygieneFinding& found : some.findings)
      EXPECT_TRUE(std::any_of(full.findings.begin(), full.findings.end(),
                              [&](const HygieneFinding& f) { return f.rule == found.rule && f.kind == found.kind; }))
          << "rule " << found.rule << " kind " << static_cast<int>(found.kind) << " with work " << work;
    for (const HygieneFinding& f : full.findings) {
      const bool found = std::any_of(some.findings.begin(), some.findings.end(),
                                     [&](const HygieneFinding& g) { return f.rule == g.rule && f.kind == g.kind; });
      const bool open = std::find(some.undecided.begin(), some.undecided.end(), f.rule) != some.undecided.end();
      EXPECT_TRUE(found || open) << "rule " << f.rule << " with work " << work;
    }
  }
}

const Hostile kHostile[] = {{"tiling", bench::tiling, 100},
                            {"holes", bench::holes, 100},
                            {"crossing", bench::crossing, 10'000},
                            {"grid", bench::grid, 0}};

INSTANTIATE_TEST_SUITE_P(Sets, Adversarial, testing::ValuesIn(kHostile),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace nsgcheck::engine::budget_test
