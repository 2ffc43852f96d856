// SPDX-License-Identifier: Apache-2.0
// The index finds the piece that a walk along the axis finds.
#include "analyzer/engine/address_index.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string_view>
#include <vector>

namespace nsgcheck::engine::address_index_test {
namespace {

template <class Bits>
constexpr Bits kEnd = static_cast<Bits>(~Bits{0});

template <class Bits>
std::vector<typename AxisCut<Bits>::Piece> pieces_at(std::vector<Bits> bounds) {
  bounds.push_back(0);
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  std::vector<typename AxisCut<Bits>::Piece> out;
  for (std::size_t i = 0; i < bounds.size(); ++i)
    out.push_back({bounds[i], i + 1 < bounds.size() ? static_cast<Bits>(bounds[i + 1] - 1) : kEnd<Bits>,
                   static_cast<std::uint32_t>(i * 7 % 101)});
  return out;
}

// At every bound, one either side of it, and in between.
template <class Bits>
void hold_to_a_walk(const std::vector<Bits>& bounds) {
  const auto pieces = pieces_at(bounds);
  const AddressIndex<Bits> index{pieces};
  for (const auto& piece : pieces) {
    const Bits middle = static_cast<Bits>(piece.low + (piece.high - piece.low) / 2);
    for (const Bits address : {piece.low, middle, piece.high})
      ASSERT_EQ(index[address], piece.cls) << "piece " << &piece - pieces.data();
  }
}

std::vector<std::uint32_t> every(std::uint32_t from, std::uint32_t step, std::uint32_t count) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < count; ++i) out.push_back(from + i * step);
  return out;
}

std::vector<std::uint32_t> by_lot(std::uint32_t from, std::uint32_t spread, std::size_t count) {
  std::mt19937 engine{5};
  std::vector<std::uint32_t> out;
  while (out.size() < count) out.push_back(from + static_cast<std::uint32_t>(engine()) % spread);
  return out;
}

std::vector<std::uint32_t> both(std::vector<std::uint32_t> a, const std::vector<std::uint32_t>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

struct Axis {
  std::string_view name;
  std::vector<std::uint32_t> bounds;
};

const std::array<Axis, 8> kAxes{
    {{"one piece", {}},
     {"two halves", {0x80000000}},
     {"the last address alone", {0xFFFFFFFF}},
     {"ends of heads", {0x0A000000, 0x0AFFFFFF, 0x0B000000, 0x0B000001}},
     {"hosts side by side", every(0x0A000000, 1, 500)},
     {"a cluster beside prefixes far apart", both(every(0x0A000010, 1, 40), every(0x0A000000, 0x10000, 256))},
     {"prefixes of one block", by_lot(0x0A000000, 1U << 24, 3000)},
     {"all over", by_lot(0, 0xFFFFFFFF, 5000)}}};

TEST(AddressIndex, FindsThePieceOfAnAddress) {
  for (const Axis& axis : kAxes) {
    SCOPED_TRACE(axis.name);
    hold_to_a_walk(axis.bounds);
  }
}

// The same places at the upper end of the long axis, and deep inside one /48.
TEST(AddressIndex, FindsThePieceOfALongAddress) {
  for (const Axis& axis : kAxes)
    for (const int shift : {0, 40, 96}) {
      SCOPED_TRACE(axis.name);
      std::vector<net::Bits128> bounds;
      for (const std::uint32_t bound : axis.bounds)
        bounds.push_back((static_cast<net::Bits128>(shift == 96 ? 0 : 0xFD123456) << 96) |
                         static_cast<net::Bits128>(bound) << shift);
      hold_to_a_walk(bounds);
    }
}

}  // namespace
}  // namespace nsgcheck::engine::address_index_test
