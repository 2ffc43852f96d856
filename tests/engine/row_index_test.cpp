// SPDX-License-Identifier: Apache-2.0
// What the index says of rows together is what each row and each single point says.
#include "analyzer/engine/row_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "tests/engine/random_case.hpp"

namespace nsgcheck::engine::row_index_test {
namespace {

using Point = std::array<std::size_t, kDims>;

// A box that holds at least one class of each dimension: all, one, or some by lot.
Box box_by_lot(const Layout& layout, Rng& rng) {
  Box box(layout.words(), 0);
  for (std::size_t d = 0; d < kDims; ++d) {
    const std::size_t classes = layout.classes(d);
    const auto kind = rng() % 4;
    for (std::size_t c = 0; c < classes; ++c)
      if (kind == 0 || (kind != 1 && rng() % 3 == 0)) set_bit(layout.side(box, d), c);
    set_bit(layout.side(box, d), rng() % classes);
  }
  return box;
}

Grid grid_by_lot(Rng& rng) {
  Grid grid;
  grid.layout = Layout{{1 + rng() % 2, 1 + rng() % 5, 1 + rng() % 2, 1 + rng() % 6, 1 + rng() % 70}};
  const std::size_t rows = 1 + rng() % 90;
  for (std::size_t r = 0; r < rows; ++r) {
    const Box box = box_by_lot(grid.layout, rng);
    grid.rows.push_back({static_cast<RuleIndex>(r), false, box, box, {}});
  }
  return grid;
}

bool holds(const Layout& layout, const Box& box, const Point& point) {
  for (std::size_t d = 0; d < kDims; ++d)
    if (!test_bit(layout.side(box, d), point[d])) return false;
  return true;
}

// Point by point: is there one in the box that no row holds?
bool has_open_point(const Grid& grid, const Box& box, const Words& rows) {
  Point point{};
  for (;;) {
    if (holds(grid.layout, box, point)) {
      bool held = false;
      for_each_bit(rows, [&](std::size_t r) { held = held || holds(grid.layout, grid.rows[r].may, point); });
      if (!held) return true;
    }
    std::size_t d = 0;
    while (d < kDims && ++point[d] == grid.layout.classes(d)) point[d++] = 0;
    if (d == kDims) return false;
  }
}

TEST(RowIndex, FindsTheRowsThatMeetABox) {
  Rng rng{11};
  for (unsigned i = 0; i < seeds(300); ++i) {
    const Grid grid = grid_by_lot(rng);
    const RowIndex index{grid};
    ASSERT_TRUE(index.is_complete());
    const Box box = box_by_lot(grid.layout, rng);
    const Words meeting = index.meeting(box);
    for (std::size_t r = 0; r < grid.rows.size(); ++r)
      ASSERT_EQ(test_bit(meeting, r), grid.layout.overlaps(grid.rows[r].may, box)) << "case " << i << ", row " << r;
  }
}

TEST(RowIndex, FindsOpenPointsOnlyWhereThereAreSome) {
  constexpr unsigned kCases = 200;  // always the same, for it is their number that counts
  Rng rng{12};
  std::size_t found = 0;
  std::size_t there = 0;
  for (unsigned i = 0; i < kCases; ++i) {
    const Grid grid = grid_by_lot(rng);
    const RowIndex index{grid};
    Words rows(words_for(grid.rows.size()), 0);
    for (std::size_t r = 0; r < grid.rows.size(); ++r)
      if (rng() % 3 != 0) set_bit(rows, r);
    const Box box = box_by_lot(grid.layout, rng);
    const bool is_open = has_open_point(grid, box, rows);
    const bool finds = index.finds_open_point(box, rows);
    ASSERT_TRUE(is_open || !finds) << "case " << i;
    found += finds ? 1 : 0;
    there += is_open ? 1 : 0;
  }
  // It may miss some, but is there for nothing if it misses most.
  EXPECT_GT(found * 2, there);
  EXPECT_LT(there, std::size_t{kCases});
}

TEST(RowIndex, IsExactAboutASinglePoint) {
  Rng rng{13};
  for (unsigned i = 0; i < seeds(300); ++i) {
    const Grid grid = grid_by_lot(rng);
    const RowIndex index{grid};
    Words rows(words_for(grid.rows.size()), 0);
    for (std::size_t r = 0; r < grid.rows.size(); ++r)
      if (rng() % 2 != 0) set_bit(rows, r);
    Box box(grid.layout.words(), 0);
    for (std::size_t d = 0; d < kDims; ++d) set_bit(grid.layout.side(box, d), rng() % grid.layout.classes(d));
    ASSERT_EQ(index.finds_open_point(box, rows), has_open_point(grid, box, rows)) << "case " << i;
  }
}

}  // namespace
}  // namespace nsgcheck::engine::row_index_test
