// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/diff_align.hpp"

#include <algorithm>
#include <cstddef>

namespace nsgcheck::engine {
namespace {

// Cells of the table of common lengths; beyond, rows between the common begin and end all count as changed, which
// costs time in the diagram and nothing else.
constexpr std::size_t kMaxCells = 16'000'000;

std::vector<std::size_t> rows_of(const Words& words) {
  std::vector<std::size_t> out;
  for_each_bit(words, [&](std::size_t r) { out.push_back(r); });
  return out;
}

}  // namespace

Words changed_rows(const std::vector<std::uint32_t>& content, const Words& old_rows, const Words& new_rows) {
  const std::vector<std::size_t> a = rows_of(old_rows);
  const std::vector<std::size_t> b = rows_of(new_rows);
  const auto same = [&](std::size_t i, std::size_t j) { return content[a[i]] == content[b[j]]; };
  std::size_t begin = 0;
  while (begin < a.size() && begin < b.size() && same(begin, begin)) ++begin;
  std::size_t a_end = a.size();
  std::size_t b_end = b.size();
  while (a_end > begin && b_end > begin && same(a_end - 1, b_end - 1)) --a_end, --b_end;

  Words changed(old_rows.size(), 0);
  const std::size_t rows = a_end - begin;
  const std::size_t columns = b_end - begin;
  const bool fits = rows < 65'536 && columns < 65'536 && (rows + 1) * (columns + 1) <= kMaxCells;
  // Length of the longest common subsequence of what follows each pair of places.
  std::vector<std::uint16_t> length(fits ? (rows + 1) * (columns + 1) : 0, 0);
  const auto at = [&](std::size_t i, std::size_t j) -> std::uint16_t& { return length[i * (columns + 1) + j]; };
  if (fits)
    for (std::size_t i = rows; i-- > 0;)
      for (std::size_t j = columns; j-- > 0;)
        at(i, j) = same(begin + i, begin + j) ? static_cast<std::uint16_t>(at(i + 1, j + 1) + 1)
                                              : std::max(at(i + 1, j), at(i, j + 1));
  for (std::size_t i = 0, j = 0; i < rows || j < columns;) {
    if (fits && i < rows && j < columns && same(begin + i, begin + j)) {
      ++i, ++j;
    } else if (j == columns || (i < rows && (!fits || at(i + 1, j) >= at(i, j + 1)))) {
      set_bit(changed, a[begin + i++]);
    } else {
      set_bit(changed, b[begin + j++]);
    }
  }
  return changed;
}

}  // namespace nsgcheck::engine
