// SPDX-License-Identifier: Apache-2.0
// Where a diagram of differences ends: what the two sides say about one part of the space.
#include <algorithm>
#include <iterator>

#include "analyzer/engine/diff_diagram.hpp"

namespace nsgcheck::engine {
namespace {

// More alternatives of one rule than this are taken as one thing that is not settled.
constexpr std::size_t kMaxAlternatives = 256;

// Each of `so_far` together with each of `more`.
std::vector<Conjunction> product(const std::vector<Conjunction>& so_far, const std::vector<LiteralId>& more) {
  std::vector<Conjunction> out;
  for (const Conjunction& all : so_far) {
    for (const LiteralId literal : more) {
      Conjunction next = all;
      const auto place = std::lower_bound(next.begin(), next.end(), literal);
      if (place == next.end() || *place != literal) next.insert(place, literal);
      out.push_back(std::move(next));
    }
  }
  return out;
}

}  // namespace

std::vector<Conjunction> DiffDiagram::alternatives(const State& state, std::size_t row) const {
  const RuleIndex index = grid_.rows[row].rule;
  const RuleDoubts& doubts = rules_.doubts(index);
  std::vector<Conjunction> out{Conjunction{}};
  if (doubts.exists) out = product(out, {*doubts.exists});
  if (place_[row]) out = product(out, {*place_[row]});
  for (std::size_t dim = 0; dim < kDims; ++dim) {
    std::vector<LiteralId> either;
    for (std::size_t i = 0; i < doubts_.size(); ++i) {
      if (doubts_[i].dim != dim || !test_bit(part(state, 1 + i), row)) continue;
      if (doubts_[i].known_part) {
        either.push_back(*doubts.known_part[dim]);
        continue;
      }
      const auto& own = (ported_ ? doubts.dims : doubts.portless_dims)[dim];
      either.insert(either.end(), own.begin(), own.end());
    }
    if (!either.empty()) out = product(out, either);
    if (out.size() > kMaxAlternatives) return {{doubts.whole}};
  }
  return out;
}

DecisionList DiffDiagram::decisions(const State& state, const Words& side, std::optional<RuleIndex>& decider) const {
  DecisionList list{rules_.literals(), rules_.filter().symbols()};
  for (std::size_t w = 0; w < row_words_; ++w) {
    for (std::uint64_t rest = state.words[w] & side[w]; rest != 0; rest &= rest - 1) {
      const std::size_t row = w * 64 + static_cast<std::size_t>(std::countr_zero(rest));
      const RuleIndex index = grid_.rows[row].rule;
      const FilterRule& rule = rules_.filter().rules()[index];
      const Say say = rule.may_allow && rule.may_deny ? Say::unsettled(*rules_.doubts(index).access)
                      : rule.may_allow                ? Say::allow()
                                                      : Say::deny();
      if ((sure(state, w) & full_from_[state.dim][w] & rest & (~rest + 1)) != 0) {
        decider = index;
        list.finish(say);
        return list;
      }
      list.add(alternatives(state, row), say);
    }
  }
  // The deny that ends every NSG.
  list.finish(Say::deny());
  return list;
}

// Rules without a known priority stand somewhere among the others: only the same rules at the same priorities are
// surely decided alike.
bool DiffDiagram::same_rows(const State& state) const {
  std::array<std::vector<std::uint32_t>, 2> contents;
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t w = 0; w < row_words_; ++w)
      for (std::uint64_t rest = state.words[w] & side_[s][w]; rest != 0; rest &= rest - 1)
        contents[s].push_back(content_[w * 64 + static_cast<std::size_t>(std::countr_zero(rest))]);
  return contents[0] == contents[1];
}

Reason DiffDiagram::why(const DecisionList& old_list, const DecisionList& new_list) const {
  const std::vector<LiteralId> a = old_list.literals();
  const std::vector<LiteralId> b = new_list.literals();
  std::vector<LiteralId> differ;
  std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(differ));
  if (differ.empty()) differ = a;
  Reason reason = Reason::BudgetExceeded;
  for (const LiteralId literal : differ) reason = std::min(reason, rules_.literals()[literal].reason);
  return reason;
}

DiffDiagram::NodeId DiffDiagram::leaf_of(const State& state) {
  Contrast contrast;
  const DecisionList old_list = decisions(state, side_[0], contrast.old_rule);
  const DecisionList new_list = decisions(state, side_[1], contrast.new_rule);
  contrast.old_allows = old_list.allows();
  contrast.new_allows = new_list.allows();
  if (contrast.old_allows && contrast.new_allows) {
    if (contrast.old_allows == contrast.new_allows) return kSame;
    const bool old_open = old_list.is_contradicted();
    const bool new_open = new_list.is_contradicted();
    if (old_open || new_open) {
      contrast.reason = Reason::UndefinedPorts;
    } else {
      contrast.shift = *contrast.new_allows ? Shift::NewlyAllowed : Shift::NewlyDenied;
      return leaf(contrast);
    }
    if (old_open) contrast.old_allows.reset();
    if (new_open) contrast.new_allows.reset();
  }
  const bool same = rules_.some_float() ? same_rows(state) : old_list.same_as(new_list);
  if (same) return kSame;
  contrast.shift = Shift::Unknown;
  if (!contrast.reason) contrast.reason = why(old_list, new_list);
  if (!contrast.old_allows) contrast.old_rule.reset();
  if (!contrast.new_allows) contrast.new_rule.reset();
  return leaf(contrast);
}

}  // namespace nsgcheck::engine
