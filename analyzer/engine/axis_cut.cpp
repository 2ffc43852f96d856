// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/axis_cut.hpp"

#include <algorithm>

namespace nsgcheck::engine {
namespace {

// A fixed random-looking key for each bit (splitmix64), so that the hash of a row follows its bits in O(1) each.
constexpr std::uint64_t key_of(std::uint64_t bit) {
  std::uint64_t x = bit + 0x9E3779B97F4A7C15U;
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
  x = (x ^ x >> 27) * 0x94D049BB133111EBU;
  return x ^ x >> 31;
}

// Least significant digit first, 11 bits a pass; events of one place may come in any order.
template <class Event>
void sort_events(std::vector<Event>& events) {
  constexpr std::size_t kFewEvents = 2048;
  if constexpr (sizeof(Event::at) == 4) {
    if (events.size() > kFewEvents) {
      std::vector<Event> other(events.size());
      for (int shift = 0; shift < 33; shift += 11) {
        std::array<std::size_t, 2049> first{};
        for (const Event& e : events) ++first[(e.at >> shift & 2047) + 1];
        for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
        for (const Event& e : events) other[first[e.at >> shift & 2047]++] = e;
        events.swap(other);
      }
      return;
    }
  }
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
}

}  // namespace

template <class T>
AxisCut<T>::AxisCut(const AxisPool<T>& pool, const std::vector<std::uint32_t>& used, const AxisSet<T>& within,
                    std::size_t symbol_count, const Words& populated) {
  name_bits(pool, used);
  sweep(events(pool, used, within));
  place_symbols(pool, used, within, symbol_count);
  transpose(used.size(), populated);
  index_pieces();
}

template <class T>
void AxisCut<T>::name_bits(const AxisPool<T>& pool, const std::vector<std::uint32_t>& used) {
  auto next = static_cast<std::uint32_t>(used.size());
  for (std::uint32_t slot = 0; slot < used.size(); ++slot) {
    const AxisSet<T>& set = pool[used[slot]];
    sets_.push_back(&set);
    const bool same = set.may == set.sure && set.may_symbols == set.sure_symbols;
    may_bit_.push_back(same ? slot : next++);
  }
  within_bit_ = next;
  row_words_ = words_for(next + std::size_t{1});
}

template <class T>
std::vector<typename AxisCut<T>::Event> AxisCut<T>::events(const AxisPool<T>& pool,
                                                           const std::vector<std::uint32_t>& used,
                                                           const AxisSet<T>& within) const {
  std::vector<Event> out;
  const auto add = [&](const net::IntervalSet<T>& set, std::uint32_t bit) {
    for (const auto& item : set.intervals()) {
      out.push_back({item.low, bit});
      if (item.high != net::kAxisEnd<T>) out.push_back({static_cast<T>(item.high + 1), bit});
    }
  };
  for (std::uint32_t slot = 0; slot < used.size(); ++slot) {
    add(pool[used[slot]].sure, slot);
    if (may_bit_[slot] != slot) add(pool[used[slot]].may, may_bit_[slot]);
  }
  add(within.sure, within_bit_);
  sort_events(out);
  return out;
}

template <class T>
void AxisCut<T>::sweep(const std::vector<Event>& events) {
  Words row(row_words_, 0);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < events.size();) {
    const T low = events[i].at;
    for (; i < events.size() && events[i].at == low; ++i) {
      row[events[i].bit / 64] ^= std::uint64_t{1} << events[i].bit % 64;
      hash ^= key_of(events[i].bit);
    }
    if (!test_bit(row, within_bit_)) continue;
    const T high = i < events.size() ? static_cast<T>(events[i].at - 1) : net::kAxisEnd<T>;
    append(low, high, class_of(row, hash));
  }
}

template <class T>
std::uint32_t AxisCut<T>::class_of(const Words& row, std::uint64_t hash) {
  const std::uint32_t cls = class_by_hash_.find_or_add(hash, [&](std::uint32_t c) {
    return std::equal(row.begin(), row.end(), rows_.begin() + static_cast<std::ptrdiff_t>(c * row_words_));
  });
  if (cls == class_count_) {
    rows_.insert(rows_.end(), row.begin(), row.end());
    ++class_count_;
  }
  return cls;
}

template <class T>
void AxisCut<T>::append(T low, T high, std::uint32_t cls) {
  const bool joins = !pieces_.empty() && pieces_.back().cls == cls && static_cast<T>(pieces_.back().high + 1) == low;
  if (joins)
    pieces_.back().high = high;
  else
    pieces_.push_back({low, high, cls});
}

template <class T>
void AxisCut<T>::place_symbols(const AxisPool<T>& pool, const std::vector<std::uint32_t>& used,
                               const AxisSet<T>& within, std::size_t symbol_count) {
  for (SymbolId id = 0; id < symbol_count; ++id) {
    if (!test_bit(within.sure_symbols, id)) continue;
    Words row(row_words_, 0);
    std::uint64_t hash = 0;
    const auto raise = [&](std::uint32_t bit) {
      set_bit(row, bit);
      hash ^= key_of(bit);
    };
    raise(within_bit_);
    for (std::uint32_t slot = 0; slot < used.size(); ++slot) {
      const AxisSet<T>& set = pool[used[slot]];
      if (test_bit(set.sure_symbols, id)) raise(slot);
      if (may_bit_[slot] != slot && test_bit(set.may_symbols, id)) raise(may_bit_[slot]);
    }
    symbol_class_.emplace_back(id, class_of(row, hash));
  }
}

template <class T>
void AxisCut<T>::transpose(std::size_t slots, const Words& populated_symbols) {
  const std::size_t words = words_for(class_count_);
  sure_.assign(slots * words, 0);
  may_.assign(slots * words, 0);
  std::vector<std::uint32_t> slot_of_bit(row_words_ * 64, 0);
  for (std::uint32_t slot = 0; slot < slots; ++slot) slot_of_bit[may_bit_[slot]] = slot;
  for (std::size_t cls = 0; cls < class_count_; ++cls) {
    const auto row = std::span{rows_}.subspan(cls * row_words_, row_words_);
    for_each_bit(row, [&](std::size_t bit) {
      if (bit < slots) set_bit(sure_, bit * words * 64 + cls);
      if (bit != within_bit_ && may_bit_[slot_of_bit[bit]] == bit) set_bit(may_, slot_of_bit[bit] * words * 64 + cls);
    });
  }
  populated_.assign(words, 0);
  for (const Piece& piece : pieces_) set_bit(populated_, piece.cls);
  for (const auto& [id, cls] : symbol_class_)
    if (test_bit(populated_symbols, id)) set_bit(populated_, cls);
}

template <class T>
void AxisCut<T>::index_pieces() {
  first_of_class_.assign(class_count_ + 1, 0);
  for (const Piece& piece : pieces_) ++first_of_class_[piece.cls + std::size_t{1}];
  for (std::size_t c = 0; c < class_count_; ++c) first_of_class_[c + 1] += first_of_class_[c];
  pieces_by_class_.resize(pieces_.size());
  std::vector<std::uint32_t> next = first_of_class_;
  std::vector<net::Interval<T>> items;
  for (std::uint32_t i = 0; i < pieces_.size(); ++i) {
    pieces_by_class_[next[pieces_[i].cls]++] = i;
    items.push_back({pieces_[i].low, pieces_[i].high});
  }
  whole_.assign(words_for(class_count_), 0);
  for (std::size_t c = 0; c < class_count_; ++c) set_bit(whole_, c);
  all_ = net::IntervalSet<T>::from(std::move(items));
}

template <class T>
net::IntervalSet<T> AxisCut<T>::values(std::span<const std::uint64_t> classes) const {
  if (std::equal(classes.begin(), classes.end(), whole_.begin(), whole_.end())) return all_;
  Words chosen(words_for(pieces_.size()), 0);
  for_each_bit(classes, [&](std::size_t cls) {
    for (std::uint32_t i = first_of_class_[cls]; i < first_of_class_[cls + 1]; ++i)
      set_bit(chosen, pieces_by_class_[i]);
  });
  std::vector<net::Interval<T>> items;
  for_each_bit(chosen, [&](std::size_t i) {
    const Piece& piece = pieces_[i];
    if (!items.empty() && static_cast<T>(items.back().high + 1) == piece.low)
      items.back().high = piece.high;
    else
      items.push_back({piece.low, piece.high});
  });
  return net::IntervalSet<T>::from(std::move(items));
}

template <class T>
std::vector<SymbolId> AxisCut<T>::symbols(std::span<const std::uint64_t> classes) const {
  std::vector<SymbolId> out;
  for (const auto& [id, cls] : symbol_class_)
    if (test_bit(classes, cls)) out.push_back(id);
  return out;
}

template class AxisCut<net::Ipv4::Bits>;
template class AxisCut<net::Ipv6::Bits>;
template class AxisCut<net::Port>;
template class AxisCut<std::uint8_t>;

}  // namespace nsgcheck::engine
