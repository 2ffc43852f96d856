// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/terms.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::engine {

SymbolId SymbolTable::intern(Symbol symbol) {
  for (SymbolId id = 0; id < symbols_.size(); ++id)
    if (symbols_[id].kind == symbol.kind && net::same_word(symbols_[id].name, symbol.name)) return id;
  symbols_.push_back(std::move(symbol));
  return static_cast<SymbolId>(symbols_.size() - 1);
}

bool SymbolTable::within(SymbolId inner, SymbolId outer) const {
  if (inner == outer) return true;
  const Symbol& a = symbols_[inner];
  const Symbol& b = symbols_[outer];
  return a.kind == Symbol::Kind::ServiceTag && b.kind == Symbol::Kind::ServiceTag && model::tag_within(a.name, b.name);
}

bool SymbolTable::may_overlap(SymbolId a, SymbolId b) const {
  return a == b || symbols_[a].base.overlaps(symbols_[b].base);
}

bool SymbolTable::surely_populated(SymbolId id, net::Family family) const {
  return symbols_[id].kind == Symbol::Kind::ServiceTag && family == net::Family::V4;
}

}  // namespace nsgcheck::engine
