// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/diff_regroup.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "analyzer/engine/diff_align.hpp"

namespace nsgcheck::engine {
namespace {

/// Neighbours of a list that decide as one box.
struct Group {
  std::vector<std::size_t> rows;
  std::optional<Box> box;  ///< empty: one row that is not settled
  bool allows{};
};

// The union when it is a box: they differ in one dimension at most, or one holds the other.
std::optional<Box> one_box(const Layout& layout, const Box& a, const Box& b) {
  std::size_t differ = 0;
  for (std::size_t d = 0; d < kDims; ++d) differ += std::ranges::equal(layout.side(a, d), layout.side(b, d)) ? 0U : 1U;
  if (differ > 1) {
    if (layout.covers(a, b)) return a;
    if (layout.covers(b, a)) return b;
    return std::nullopt;
  }
  Box out = a;
  for (std::size_t w = 0; w < out.size(); ++w) out[w] |= b[w];
  return out;
}

bool join(const Layout& layout, Group& into, const Group& next) {
  if (!into.box || !next.box || into.allows != next.allows) return false;
  std::optional<Box> both = one_box(layout, *into.box, *next.box);
  if (!both) return false;
  into.box = std::move(both);
  into.rows.insert(into.rows.end(), next.rows.begin(), next.rows.end());
  return true;
}

std::vector<Group> grouped(const Layout& layout, std::span<const ListedRow> rows) {
  std::vector<Group> out;
  for (const ListedRow& row : rows) {
    out.push_back({{row.row}, row.box != nullptr ? std::optional{*row.box} : std::nullopt, row.allows});
    // A product written out joins from its last dimension to its first.
    while (out.size() > 1 && join(layout, out[out.size() - 2], out.back())) out.pop_back();
  }
  return out;
}

// Rows of both lists between two unchanged rows.
void regroup(const Layout& layout, std::span<const ListedRow> old_rows, std::span<const ListedRow> new_rows,
             Words& changed) {
  if (old_rows.empty() || new_rows.empty()) return;
  std::vector<Group> groups = grouped(layout, old_rows);
  const std::size_t old_count = groups.size();
  for (Group& group : grouped(layout, new_rows)) groups.push_back(std::move(group));
  std::map<std::pair<bool, Box>, std::uint32_t> numbers;
  std::vector<std::uint32_t> content;
  Words of_old(words_for(groups.size()), 0);
  Words of_new = of_old;
  auto next = static_cast<std::uint32_t>(groups.size());  // for groups that equal no other
  for (std::size_t g = 0; g < groups.size(); ++g) {
    set_bit(g < old_count ? of_old : of_new, g);
    const Group& group = groups[g];
    const auto number = static_cast<std::uint32_t>(numbers.size());
    content.push_back(group.box ? numbers.try_emplace({group.allows, *group.box}, number).first->second : next++);
  }
  const Words different = changed_rows(content, of_old, of_new);
  for (std::size_t g = 0; g < groups.size(); ++g)
    if (!test_bit(different, g))
      for (const std::size_t row : groups[g].rows) clear_bit(changed, row);
}

}  // namespace

void keep_regrouped(const Layout& layout, const std::vector<ListedRow>& old_rows,
                    const std::vector<ListedRow>& new_rows, Words& changed) {
  const Words before = changed;
  const auto stretch = [&](const std::vector<ListedRow>& rows, std::size_t from) {
    while (from < rows.size() && test_bit(before, rows[from].row)) ++from;
    return from;
  };
  for (std::size_t i = 0, j = 0; i < old_rows.size() || j < new_rows.size(); ++i, ++j) {
    const std::size_t i_end = stretch(old_rows, i);
    const std::size_t j_end = stretch(new_rows, j);
    regroup(layout, std::span{old_rows}.subspan(i, i_end - i), std::span{new_rows}.subspan(j, j_end - j), changed);
    i = i_end;
    j = j_end;
  }
}

}  // namespace nsgcheck::engine
