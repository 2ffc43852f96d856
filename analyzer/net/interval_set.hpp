// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace nsgcheck::net {

/// Closed interval of an unsigned axis; `low <= high` always holds inside an IntervalSet.
template <class T>
struct Interval {
  T low{};
  T high{};
  friend constexpr bool operator==(const Interval&, const Interval&) = default;
};

/// Largest value of an axis. std::numeric_limits knows no 128-bit type when extensions are off.
template <class T>
inline constexpr T kAxisEnd = static_cast<T>(~T{0});

/// A set of values as sorted intervals that neither overlap nor touch, so `==` compares sets, not spellings.
/// All operations are linear in the number of intervals.
template <class T>
class IntervalSet {
 public:
  IntervalSet() = default;

  [[nodiscard]] static IntervalSet all() { return range(T{0}, kAxisEnd<T>); }

  /// REQUIRES: low <= high.
  [[nodiscard]] static IntervalSet range(T low, T high) {
    IntervalSet set;
    set.items_.push_back({low, high});
    return set;
  }

  /// Any order, overlaps allowed; each interval must have low <= high.
  [[nodiscard]] static IntervalSet from(std::vector<Interval<T>> items) {
    std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.low < b.low; });
    IntervalSet set;
    for (const auto& item : items) set.append(item);
    return set;
  }

  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] bool is_all() const {
    return items_.size() == 1 && items_[0].low == T{0} && items_[0].high == kAxisEnd<T>;
  }
  [[nodiscard]] std::span<const Interval<T>> intervals() const { return items_; }

  [[nodiscard]] bool contains(T value) const {
    const auto after = std::upper_bound(items_.begin(), items_.end(), value,
                                        [](T v, const Interval<T>& item) { return v < item.low; });
    return after != items_.begin() && value <= std::prev(after)->high;
  }

  /// True when every value of `other` is in this set.
  [[nodiscard]] bool covers(const IntervalSet& other) const {
    auto mine = items_.begin();
    for (const auto& item : other.items_) {
      while (mine != items_.end() && mine->high < item.low) ++mine;
      if (mine == items_.end() || item.low < mine->low || mine->high < item.high) return false;
    }
    return true;
  }

  [[nodiscard]] bool overlaps(const IntervalSet& other) const {
    auto a = items_.begin();
    auto b = other.items_.begin();
    while (a != items_.end() && b != other.items_.end()) {
      if (a->high < b->low)
        ++a;
      else if (b->high < a->low)
        ++b;
      else
        return true;
    }
    return false;
  }

  [[nodiscard]] IntervalSet complement() const {
    IntervalSet result;
    T next{0};
    for (const auto& item : items_) {
      if (next < item.low) result.items_.push_back({next, static_cast<T>(item.low - 1)});
      if (item.high == kAxisEnd<T>) return result;
      next = static_cast<T>(item.high + 1);
    }
    result.items_.push_back({next, kAxisEnd<T>});
    return result;
  }

  friend IntervalSet operator|(const IntervalSet& a, const IntervalSet& b) {
    IntervalSet result;
    result.items_.reserve(a.items_.size() + b.items_.size());
    auto i = a.items_.begin();
    auto j = b.items_.begin();
    while (i != a.items_.end() || j != b.items_.end()) {
      const bool take_a = j == b.items_.end() || (i != a.items_.end() && i->low < j->low);
      result.append(take_a ? *i++ : *j++);
    }
    return result;
  }

  friend IntervalSet operator&(const IntervalSet& a, const IntervalSet& b) {
    IntervalSet result;
    auto i = a.items_.begin();
    auto j = b.items_.begin();
    while (i != a.items_.end() && j != b.items_.end()) {
      const T low = std::max(i->low, j->low);
      const T high = std::min(i->high, j->high);
      if (low <= high) result.items_.push_back({low, high});
      if (i->high < j->high)
        ++i;
      else
        ++j;
    }
    return result;
  }

  friend IntervalSet operator-(const IntervalSet& a, const IntervalSet& b) { return a & b.complement(); }
  friend bool operator==(const IntervalSet&, const IntervalSet&) = default;

 private:
  // REQUIRES: item.low is not below any interval already there.
  void append(const Interval<T>& item) {
    if (items_.empty()) {
      items_.push_back(item);
      return;
    }
    Interval<T>& last = items_.back();
    const bool touches = last.high == kAxisEnd<T> || item.low <= static_cast<T>(last.high + 1);
    if (touches)
      last.high = std::max(last.high, item.high);
    else
      items_.push_back(item);
  }

  std::vector<Interval<T>> items_;
};

}  // namespace nsgcheck::net
