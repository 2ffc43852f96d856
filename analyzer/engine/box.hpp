// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <boost/container/small_vector.hpp>

namespace nsgcheck::engine {

/// The five dimensions of a flow, in the order in which decision diagrams test them: few classes first, so that regions
/// come out grouped by protocol and port, as people read them.
enum class Dim : std::uint8_t { Protocol, DestinationPort, SourcePort, Destination, Source };
inline constexpr std::size_t kDims = 5;

/// A set of small numbers (classes of a dimension, rows of a grid) as words of 64 bits. Those of usual rule sets need
/// no memory of their own: half of what hygiene of 50 rules took went into asking for it.
using Words = boost::container::small_vector<std::uint64_t, 12>;

[[nodiscard]] constexpr std::size_t words_for(std::size_t bits) { return (bits + 63) / 64; }
inline void set_bit(std::span<std::uint64_t> words, std::size_t bit) {
  words[bit / 64] |= std::uint64_t{1} << bit % 64;
}
inline void clear_bit(std::span<std::uint64_t> words, std::size_t bit) {
  words[bit / 64] &= ~(std::uint64_t{1} << bit % 64);
}
[[nodiscard]] inline bool test_bit(std::span<const std::uint64_t> words, std::size_t bit) {
  return (words[bit / 64] >> bit % 64 & 1) != 0;
}
/// Calls `visit(index)` for each set bit, ascending.
template <class Visit>
void for_each_bit(std::span<const std::uint64_t> words, Visit visit) {
  for (std::size_t w = 0; w < words.size(); ++w)
    for (std::uint64_t rest = words[w]; rest != 0; rest &= rest - 1)
      visit(w * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
}

/// As std::popcount, which is a call into a library where the processor is not known to have the instruction.
[[nodiscard]] constexpr int count_ones(std::uint64_t word) {
  word -= word >> 1 & 0x5555555555555555U;
  word = (word & 0x3333333333333333U) + (word >> 2 & 0x3333333333333333U);
  return static_cast<int>(((word + (word >> 4)) & 0x0F0F0F0F0F0F0F0FU) * 0x0101010101010101U >> 56);
}

/// Takes a value into a hash of words; quick and of no cryptographic use.
inline void mix_hash(std::size_t& hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15U + (hash >> 31);
}

/// A product of five sets of classes, all in one run of words; Layout says where each dimension stands.
using Box = Words;

/// How many classes each dimension has and where its words stand in a Box.
class Layout {
 public:
  Layout() = default;
  explicit Layout(const std::array<std::size_t, kDims>& classes) : classes_{classes} {
    for (std::size_t d = 0; d < kDims; ++d) first_[d + 1] = first_[d] + words_for(classes[d]);
  }

  [[nodiscard]] std::size_t classes(std::size_t dim) const { return classes_[dim]; }
  [[nodiscard]] std::size_t words() const { return first_[kDims]; }
  [[nodiscard]] std::span<const std::uint64_t> side(const Box& box, std::size_t dim) const {
    return std::span{box}.subspan(first_[dim], first_[dim + 1] - first_[dim]);
  }
  [[nodiscard]] std::span<std::uint64_t> side(Box& box, std::size_t dim) const {
    return std::span{box}.subspan(first_[dim], first_[dim + 1] - first_[dim]);
  }

  /// All classes of every dimension.
  [[nodiscard]] Box full() const;
  [[nodiscard]] bool is_empty(const Box& box) const;
  [[nodiscard]] bool overlaps(const Box& a, const Box& b) const;
  [[nodiscard]] bool covers(const Box& outer, const Box& inner) const;
  [[nodiscard]] static Box intersect(const Box& a, const Box& b);
  /// Number of class combinations; a measure to sort by, not a count of flows.
  [[nodiscard]] double volume(const Box& box) const;

 private:
  std::array<std::size_t, kDims> classes_{};
  std::array<std::size_t, kDims + 1> first_{};
};

/// One box that many others are held against: only its words that are not empty are looked at.
class Probe {
 public:
  Probe(const Layout& layout, const Box& box);
  /// As Layout::overlaps().
  [[nodiscard]] bool overlaps(const Box& other) const;
  /// Layout::volume() of what both have in common.
  [[nodiscard]] double common_volume(const Box& other) const;

 private:
  struct Part {
    std::size_t word;
    std::uint64_t bits;
  };
  std::vector<Part> parts_;
  std::array<std::size_t, kDims> ends_{};  ///< of each dimension in parts_
};

}  // namespace nsgcheck::engine
