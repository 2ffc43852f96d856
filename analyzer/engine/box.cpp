// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/box.hpp"

#include <algorithm>

namespace nsgcheck::engine {

Box Layout::full() const {
  Box box(words(), 0);
  for (std::size_t d = 0; d < kDims; ++d)
    for (std::size_t c = 0; c < classes_[d]; ++c) set_bit(side(box, d), c);
  return box;
}

bool Layout::is_empty(const Box& box) const {
  for (std::size_t d = 0; d < kDims; ++d) {
    const auto words = side(box, d);
    if (std::all_of(words.begin(), words.end(), [](std::uint64_t w) { return w == 0; })) return true;
  }
  return false;
}

bool Layout::overlaps(const Box& a, const Box& b) const {
  for (std::size_t d = 0; d < kDims; ++d) {
    bool meet = false;
    for (std::size_t w = first_[d]; w < first_[d + 1] && !meet; ++w) meet = (a[w] & b[w]) != 0;
    if (!meet) return false;
  }
  return true;
}

bool Layout::covers(const Box& outer, const Box& inner) const {
  for (std::size_t w = 0; w < words(); ++w)
    if ((inner[w] & ~outer[w]) != 0) return false;
  return true;
}

Box Layout::intersect(const Box& a, const Box& b) {
  Box out(a.size());
  for (std::size_t w = 0; w < a.size(); ++w) out[w] = a[w] & b[w];
  return out;
}

double Layout::volume(const Box& box) const {
  double product = 1;
  for (std::size_t d = 0; d < kDims; ++d) {
    int count = 0;
    for (const std::uint64_t word : side(box, d)) count += count_ones(word);
    product *= count;
  }
  return product;
}

Probe::Probe(const Layout& layout, const Box& box) {
  std::size_t word = 0;
  for (std::size_t d = 0; d < kDims; ++d) {
    for (const std::uint64_t bits : layout.side(box, d)) {
      if (bits != 0) parts_.push_back({word, bits});
      ++word;
    }
    ends_[d] = parts_.size();
  }
}

bool Probe::overlaps(const Box& other) const {
  std::size_t i = 0;
  for (const std::size_t end : ends_) {
    while (i < end && (other[parts_[i].word] & parts_[i].bits) == 0) ++i;
    if (i == end) return false;
    i = end;
  }
  return true;
}

double Probe::common_volume(const Box& other) const {
  double product = 1;
  std::size_t i = 0;
  for (const std::size_t end : ends_) {
    int count = 0;
    for (; i < end; ++i)
      if (const std::uint64_t both = other[parts_[i].word] & parts_[i].bits; both != 0) count += count_ones(both);
    product *= count;
  }
  return product;
}

}  // namespace nsgcheck::engine
