// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/decision_list.hpp"

#include <algorithm>

namespace nsgcheck::engine {

LiteralId LiteralTable::intern(const std::string& key, Literal literal) {
  const auto [it, fresh] = by_key_.try_emplace(key, static_cast<LiteralId>(literals_.size()));
  if (fresh) literals_.push_back(literal);
  return it->second;
}

bool LiteralTable::implies(LiteralId a, LiteralId b, const SymbolTable& symbols) const {
  if (a == b) return true;
  const Literal& inner = literals_[a];
  const Literal& outer = literals_[b];
  return inner.symbol && outer.symbol && inner.dim == outer.dim && symbols.within(*inner.symbol, *outer.symbol);
}

bool DecisionList::implies(const Conjunction& narrow, const Conjunction& wide) const {
  return std::all_of(wide.begin(), wide.end(), [&](LiteralId b) {
    return std::any_of(narrow.begin(), narrow.end(), [&](LiteralId a) { return literals_.implies(a, b, symbols_); });
  });
}

void DecisionList::add(std::vector<Conjunction> alternatives, Say say) {
  const auto undefined = [&](const Conjunction& all) {
    return std::any_of(all.begin(), all.end(),
                       [&](LiteralId id) { return literals_[id].reason == Reason::UndefinedPorts; });
  };
  if (std::any_of(alternatives.begin(), alternatives.end(), undefined)) undefined_.push_back(say);
  for (Conjunction& next : alternatives) {
    const bool taken = std::any_of(blocks_.begin(), blocks_.end(), [&](const Block& block) {
      return std::any_of(block.second.begin(), block.second.end(),
                         [&](const Conjunction& earlier) { return implies(next, earlier); });
    });
    if (taken) continue;
    if (blocks_.empty() || !(blocks_.back().first == say)) blocks_.emplace_back(say, std::vector<Conjunction>{});
    auto& block = blocks_.back().second;
    std::erase_if(block, [&](const Conjunction& narrow) { return implies(narrow, next); });
    block.push_back(std::move(next));
  }
}

void DecisionList::finish(Say say) {
  last_ = say;
  if (!blocks_.empty() && blocks_.back().first == say) blocks_.pop_back();
  for (Block& block : blocks_) std::sort(block.second.begin(), block.second.end());
}

std::optional<bool> DecisionList::allows() const {
  if (!blocks_.empty() || last_.access()) return std::nullopt;
  return last_.is_allow();
}

bool DecisionList::is_contradicted() const {
  return std::any_of(undefined_.begin(), undefined_.end(), [&](Say say) { return say != last_; });
}

bool DecisionList::same_as(const DecisionList& other) const { return last_ == other.last_ && blocks_ == other.blocks_; }

std::vector<LiteralId> DecisionList::literals() const {
  std::vector<LiteralId> out;
  const auto note = [&](Say say) {
    if (const auto access = say.access()) out.push_back(*access);
  };
  note(last_);
  for (const Block& block : blocks_) {
    note(block.first);
    for (const Conjunction& all : block.second) out.insert(out.end(), all.begin(), all.end());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace nsgcheck::engine
