// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/row_index.hpp"

#include <algorithm>

namespace nsgcheck::engine {
namespace {

constexpr std::size_t kMostClassesPerRow = 8;
constexpr std::size_t kMostClassesTried = 32;

std::size_t count_bits(std::span<const std::uint64_t> words) {
  std::size_t count = 0;
  for (const std::uint64_t word : words)
    if (word != 0) count += static_cast<std::size_t>(count_ones(word));
  return count;
}

}  // namespace

RowIndex::RowIndex(const Grid& grid) : grid_{grid}, row_words_{words_for(grid.rows.size())} {
  for (std::size_t d = 0; d < kDims; ++d) {
    if (grid.layout.classes(d) > kMostClassesPerRow * std::max<std::size_t>(grid.rows.size(), 64))
      complete_ = false;
    else
      index(d);
  }
}

void RowIndex::index(std::size_t dim) {
  Dimension& into = dims_[dim];
  into.indexed = true;
  into.everywhere.assign(row_words_, 0);
  into.others.assign(grid_.layout.classes(dim) * row_words_, 0);
  for (std::size_t r = 0; r < grid_.rows.size(); ++r) {
    const auto side = grid_.layout.side(grid_.rows[r].may, dim);
    if (count_bits(side) == grid_.layout.classes(dim)) {
      set_bit(into.everywhere, r);
      continue;
    }
    for_each_bit(side, [&](std::size_t cls) { set_bit(std::span{into.others}.subspan(cls * row_words_), r); });
  }
}

bool RowIndex::finds_open_point(const Box& box, Words rows) const {
  const auto is_open = [&] { return std::all_of(rows.begin(), rows.end(), [](std::uint64_t w) { return w == 0; }); };
  // Addresses first: they tell most rules apart.
  for (std::size_t d = kDims; d-- > 0;) {
    if (!dims_[d].indexed) continue;
    const std::uint64_t* best = nullptr;
    std::size_t fewest = 0;
    std::size_t tried = 0;
    const auto side = grid_.layout.side(box, d);
    for (std::size_t w = 0; w < side.size(); ++w)
      for (std::uint64_t rest = side[w]; rest != 0 && tried < kMostClassesTried; rest &= rest - 1, ++tried) {
        const std::size_t cls = w * 64 + static_cast<std::size_t>(std::countr_zero(rest));
        const std::uint64_t* holders = dims_[d].others.data() + cls * row_words_;
        std::size_t count = 0;
        for (std::size_t i = 0; i < row_words_; ++i)
          if (const std::uint64_t both = rows[i] & holders[i]; both != 0)
            count += static_cast<std::size_t>(count_ones(both));
        if (best == nullptr || count < fewest) {
          best = holders;
          fewest = count;
        }
        if (count == 0) tried = kMostClassesTried;
      }
    if (best == nullptr) return false;
    for (std::size_t i = 0; i < row_words_; ++i) rows[i] &= dims_[d].everywhere[i] | best[i];
    if (is_open()) return true;
  }
  return false;
}

Words RowIndex::meeting(const Box& box) const {
  Words out(row_words_, ~std::uint64_t{0});
  if (grid_.rows.size() % 64 != 0) out.back() = (std::uint64_t{1} << grid_.rows.size() % 64) - 1;
  Words here(row_words_);
  for (std::size_t d = 0; d < kDims; ++d) {
    const auto side = grid_.layout.side(box, d);
    // Every row holds some class of every dimension, else it would not be there.
    if (!dims_[d].indexed || count_bits(side) == grid_.layout.classes(d)) continue;
    here = dims_[d].everywhere;
    for_each_bit(side, [&](std::size_t cls) {
      const std::uint64_t* rows = dims_[d].others.data() + cls * row_words_;
      for (std::size_t w = 0; w < row_words_; ++w) here[w] |= rows[w];
    });
    for (std::size_t w = 0; w < row_words_; ++w) out[w] &= here[w];
  }
  return out;
}

}  // namespace nsgcheck::engine
