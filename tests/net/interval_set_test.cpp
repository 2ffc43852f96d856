// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/interval_set.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bitset>
#include <cstdint>
#include <vector>

namespace nsgcheck::net::interval_set_test {
namespace {

// A small axis on which every value can be looked at; the model is one bit for each.
using Set = IntervalSet<std::uint8_t>;
using Model = std::bitset<256>;
using Bounds = std::pair<std::uint8_t, std::uint8_t>;

Set set_of(const std::vector<Bounds>& bounds) {
  std::vector<Interval<std::uint8_t>> items;
  for (const auto& [a, b] : bounds) items.push_back({std::min(a, b), std::max(a, b)});
  return Set::from(items);
}

Model model_of(const std::vector<Bounds>& bounds) {
  Model model;
  for (const auto& [a, b] : bounds)
    for (unsigned v = std::min(a, b); v <= std::max(a, b); ++v) model.set(v);
  return model;
}

Model values_of(const Set& set) {
  Model model;
  for (unsigned v = 0; v < 256; ++v) model[v] = set.contains(static_cast<std::uint8_t>(v));
  return model;
}

bool is_canonical(const Set& set) {
  const auto items = set.intervals();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].high < items[i].low) return false;
    if (i > 0 && items[i].low <= items[i - 1].high + 1) return false;
  }
  return true;
}

// Values near both ends of the axis and short steps, where intervals touch and overflow could hide.
rc::Gen<std::vector<Bounds>> bounds() {
  const auto edge = rc::gen::elementOf(std::vector<std::uint8_t>{0, 1, 2, 127, 128, 253, 254, 255});
  const auto value = rc::gen::oneOf(edge, rc::gen::arbitrary<std::uint8_t>());
  return rc::gen::container<std::vector<Bounds>>(rc::gen::pair(value, value));
}

RC_GTEST_PROP(IntervalSetProperty, FromHoldsTheValuesGiven, ()) {
  const auto a = *bounds();
  const Set set = set_of(a);
  RC_ASSERT(values_of(set) == model_of(a));
  RC_ASSERT(is_canonical(set));
  RC_ASSERT(set.empty() == model_of(a).none());
  RC_ASSERT(set.is_all() == model_of(a).all());
}

RC_GTEST_PROP(IntervalSetProperty, OperatorsAreThoseOfSets, ()) {
  const auto a = *bounds();
  const auto b = *bounds();
  const Set x = set_of(a);
  const Set y = set_of(b);
  const Model m = model_of(a);
  const Model n = model_of(b);
  RC_ASSERT(values_of(x | y) == (m | n));
  RC_ASSERT(values_of(x & y) == (m & n));
  RC_ASSERT(values_of(x - y) == (m & ~n));
  RC_ASSERT(values_of(x.complement()) == ~m);
  RC_ASSERT(is_canonical(x | y));
  RC_ASSERT(is_canonical(x & y));
  RC_ASSERT(is_canonical(x - y));
  RC_ASSERT(is_canonical(x.complement()));
}

RC_GTEST_PROP(IntervalSetProperty, QuestionsAreThoseOfSets, ()) {
  const auto a = *bounds();
  const auto b = *bounds();
  const Model m = model_of(a);
  const Model n = model_of(b);
  RC_ASSERT(set_of(a).covers(set_of(b)) == (n & ~m).none());
  RC_ASSERT(set_of(a).overlaps(set_of(b)) == (m & n).any());
  RC_ASSERT((set_of(a) == set_of(b)) == (m == n));
}

TEST(IntervalSet, ExhaustiveRangesAgainstEachOther) {
  // All pairs of ranges with bounds from both ends of the axis: 36 ranges, 1296 pairs.
  const std::vector<std::uint8_t> ends{0, 1, 2, 3, 252, 253, 254, 255};
  std::vector<Bounds> ranges;
  for (const std::uint8_t low : ends)
    for (const std::uint8_t high : ends)
      if (low <= high) ranges.emplace_back(low, high);
  ASSERT_EQ(ranges.size(), 36U);
  for (const Bounds& a : ranges) {
    for (const Bounds& b : ranges) {
      const Set x = Set::range(a.first, a.second);
      const Set y = Set::range(b.first, b.second);
      ASSERT_EQ(values_of(x | y), model_of({a}) | model_of({b}));
      ASSERT_EQ(values_of(x & y), model_of({a}) & model_of({b}));
      ASSERT_EQ(values_of(x - y), model_of({a}) & ~model_of({b}));
      ASSERT_EQ(x.covers(y), a.first <= b.first && b.second <= a.second);
    }
  }
}

TEST(IntervalSet, NeighboursBecomeOne) {
  const Set set = Set::range(10, 19) | Set::range(20, 29);
  ASSERT_EQ(set.intervals().size(), 1U);
  EXPECT_EQ(set, Set::range(10, 29));
}

TEST(IntervalSet, AGapOfOneStays) {
  const Set set = Set::range(10, 18) | Set::range(20, 29);
  ASSERT_EQ(set.intervals().size(), 2U);
  EXPECT_FALSE(set.contains(19));
}

TEST(IntervalSet, TopOfAxisDoesNotWrap) {
  const Set top = Set::range(255, 255);
  EXPECT_EQ(top.complement(), Set::range(0, 254));
  EXPECT_EQ((top | Set::range(0, 0)).intervals().size(), 2U);
  EXPECT_EQ(Set::from({{250, 255}, {255, 255}, {0, 0}}).intervals().size(), 2U);
}

TEST(IntervalSet, EmptyAndAllAreComplements) {
  EXPECT_TRUE(Set{}.empty());
  EXPECT_TRUE(Set{}.complement().is_all());
  EXPECT_TRUE(Set::all().complement().empty());
  EXPECT_FALSE(Set::range(0, 254).is_all());
  EXPECT_FALSE(Set::range(1, 255).is_all());
  EXPECT_TRUE(Set{}.covers(Set{}));
  EXPECT_FALSE(Set{}.overlaps(Set::all()));
}

}  // namespace
}  // namespace nsgcheck::net::interval_set_test
