// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nsgcheck::io {

/// Bytes [begin, end) of a text give way to `text`.
struct TextEdit {
  std::size_t begin{};
  std::size_t end{};
  std::string text;
};

/// The edits by place. REQUIRES, of all below: they do not overlap.
void sort_edits(std::vector<TextEdit>& edits);

/// REQUIRES: the edits are sorted.
[[nodiscard]] std::string edited(std::string_view text, const std::vector<TextEdit>& edits);

/// The edits as a patch that `git apply` and `patch -p1` take: three lines of context. "" without edits. The names
/// after a/ and b/ are `file`. REQUIRES: the edits are sorted.
[[nodiscard]] std::string unified_diff(std::string_view file, std::string_view text,
                                       const std::vector<TextEdit>& edits);

}  // namespace nsgcheck::io
