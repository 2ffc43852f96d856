// SPDX-License-Identifier: Apache-2.0
#include "cli/verify/sets.hpp"

#include <algorithm>
#include <iterator>

namespace nsgcheck::verify {
namespace {

constexpr Value kTcp = 6;
constexpr Value kUdp = 17;
constexpr Value kSctp = 132;

}  // namespace

const Set& all_ports() {
  static const Set set{{{0, 65535}}, {}};
  return set;
}

const Set& ported() {
  static const Set set{{{kTcp, kTcp}, {kUdp, kUdp}, {kSctp, kSctp}}, {}};
  return set;
}

const Set& portless() {
  static const Set set{{{0, kTcp - 1}, {kTcp + 1, kUdp - 1}, {kUdp + 1, kSctp - 1}, {kSctp + 1, 255}}, {}};
  return set;
}

bool is_empty(const Set& set) { return set.ranges.empty() && set.symbols.empty(); }

Set common(const Set& a, const Set& b) {
  Set out;
  for (std::size_t i = 0, j = 0; i < a.ranges.size() && j < b.ranges.size();) {
    const Value low = std::max(a.ranges[i].low, b.ranges[j].low);
    const Value high = std::min(a.ranges[i].high, b.ranges[j].high);
    if (low <= high) out.ranges.push_back({low, high});
    a.ranges[i].high < b.ranges[j].high ? ++i : ++j;
  }
  std::set_intersection(a.symbols.begin(), a.symbols.end(), b.symbols.begin(), b.symbols.end(),
                        std::back_inserter(out.symbols));
  return out;
}

bool holds(const Set& outer, const Set& inner) {
  auto at = outer.ranges.begin();
  for (const Range& range : inner.ranges) {
    at = std::lower_bound(at, outer.ranges.end(), range.low, [](const Range& r, Value low) { return r.high < low; });
    if (at == outer.ranges.end() || at->low > range.low || at->high < range.high) return false;
  }
  return std::includes(outer.symbols.begin(), outer.symbols.end(), inner.symbols.begin(), inner.symbols.end());
}

bool meets(const Set& a, const Set& b) {
  for (std::size_t i = 0, j = 0; i < a.ranges.size() && j < b.ranges.size();) {
    if (std::max(a.ranges[i].low, b.ranges[j].low) <= std::min(a.ranges[i].high, b.ranges[j].high)) return true;
    a.ranges[i].high < b.ranges[j].high ? ++i : ++j;
  }
  for (std::size_t i = 0, j = 0; i < a.symbols.size() && j < b.symbols.size();) {
    if (a.symbols[i] == b.symbols[j]) return true;
    a.symbols[i] < b.symbols[j] ? ++i : ++j;
  }
  return false;
}

bool holds(const Box& outer, const Box& inner) {
  if (outer.v6 != inner.v6 || outer.ported != inner.ported) return false;
  for (std::size_t i = 0; i < kSides; ++i)
    if (!holds(outer.sides[i], inner.sides[i])) return false;
  return true;
}

bool meets(const Box& a, const Box& b) {
  if (a.v6 != b.v6 || a.ported != b.ported) return false;
  for (std::size_t i = 0; i < kSides; ++i)
    if (!meets(a.sides[i], b.sides[i])) return false;
  return true;
}

bool holds_any(const std::vector<Box>& outer, const Box& inner) {
  return std::any_of(outer.begin(), outer.end(), [&](const Box& box) { return holds(box, inner); });
}

bool perhaps_meets_any(const std::vector<Box>& boxes, const Box& box) {
  const auto perhaps = [](const Set& a, const Set& b) {
    return a.symbols.empty() && b.symbols.empty() ? meets(a, b) : !is_empty(a) && !is_empty(b);
  };
  return std::any_of(boxes.begin(), boxes.end(), [&](const Box& other) {
    if (other.v6 != box.v6 || other.ported != box.ported) return false;
    for (std::size_t i = 0; i < kSides; ++i)
      if (!perhaps(other.sides[i], box.sides[i])) return false;
    return true;
  });
}

std::string refuse_shape(const Box& box) {
  for (const Set& side : box.sides)
    if (is_empty(side)) return "is empty";
  if (!holds(box.ported ? ported() : portless(), box.sides[kProtocols]))
    return "mixes protocols with ports and without";
  return "";
}

std::string numbered(const char* what, std::size_t index) { return std::string{what} + ' ' + std::to_string(index); }

}  // namespace nsgcheck::verify
