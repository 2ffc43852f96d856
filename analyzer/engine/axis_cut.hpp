// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyzer/engine/filter.hpp"
#include "analyzer/engine/hash_index.hpp"

namespace nsgcheck::engine {

/// One axis cut into classes: two values are in one class when the same sets surely hold them and the same sets may
/// hold them. Real rule sets have tens to a few hundred classes even with thousands of prefixes.
template <class T>
class AxisCut {
 public:
  /// Cuts `within` (its sure part) by the sets `used` of `pool`. Symbols that surely lie in `within` become points of
  /// their own beside the values; `populated` has a bit for each symbol that surely has a member.
  AxisCut(const AxisPool<T>& pool, const std::vector<std::uint32_t>& used, const AxisSet<T>& within,
          std::size_t symbol_count, const Words& populated);

  [[nodiscard]] std::size_t classes() const { return class_count_; }
  /// Classes that the set at `used[slot]` surely / perhaps holds; words_for(classes()) words.
  [[nodiscard]] std::span<const std::uint64_t> sure(std::size_t slot) const { return of_slot(sure_, slot); }
  [[nodiscard]] std::span<const std::uint64_t> may(std::size_t slot) const { return of_slot(may_, slot); }
  /// Classes that surely are not empty: a class of symbols alone may have no member at all.
  [[nodiscard]] const Words& populated() const { return populated_; }

  [[nodiscard]] net::IntervalSet<T> values(std::span<const std::uint64_t> classes) const;
  /// As values(sure(slot)), but taken from the set itself. REQUIRES: the pool is still there.
  [[nodiscard]] net::IntervalSet<T> sure_values(std::size_t slot) const { return sets_[slot]->sure & all_; }
  [[nodiscard]] std::vector<SymbolId> symbols(std::span<const std::uint64_t> classes) const;

  struct Piece {
    T low{};
    T high{};
    std::uint32_t cls{};
  };
  /// Ascending, disjoint; together they are `within`.
  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  struct Event {
    T at;
    std::uint32_t bit;
  };

  void name_bits(const AxisPool<T>& pool, const std::vector<std::uint32_t>& used);
  [[nodiscard]] std::vector<Event> events(const AxisPool<T>& pool, const std::vector<std::uint32_t>& used,
                                          const AxisSet<T>& within) const;
  void sweep(const std::vector<Event>& events);
  void place_symbols(const AxisPool<T>& pool, const std::vector<std::uint32_t>& used, const AxisSet<T>& within,
                     std::size_t symbol_count);
  std::uint32_t class_of(const Words& row, std::uint64_t hash);
  void append(T low, T high, std::uint32_t cls);
  void transpose(std::size_t slots, const Words& populated_symbols);
  [[nodiscard]] std::span<const std::uint64_t> of_slot(const std::vector<std::uint64_t>& all, std::size_t slot) const {
    return std::span{all}.subspan(slot * words_for(class_count_), words_for(class_count_));
  }
  void index_pieces();

  std::vector<const AxisSet<T>*> sets_;  ///< by slot
  std::vector<std::uint32_t> may_bit_;   ///< by slot; the slot's own number when may and sure are equal
  std::uint32_t within_bit_{};           ///< the bit that stands for "inside the question"
  std::size_t row_words_{};
  std::size_t class_count_{};
  std::vector<std::uint64_t> rows_;  ///< class by class, row_words_ each
  HashIndex class_by_hash_;
  std::vector<Piece> pieces_;
  std::vector<std::uint32_t> pieces_by_class_;  ///< indices into pieces_, class by class
  std::vector<std::uint32_t> first_of_class_;   ///< where each class begins there; one more for the end
  Words whole_;                                 ///< all classes
  net::IntervalSet<T> all_;                     ///< and all their values
  std::vector<std::pair<SymbolId, std::uint32_t>> symbol_class_;
  std::vector<std::uint64_t> sure_, may_;  ///< slot by slot
  Words populated_;
};

}  // namespace nsgcheck::engine
