// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nsgcheck::io {

/// What a piece of text output is for; colours follow from it.
enum class Tone : std::uint8_t { Plain, Head, Faint, Good, Bad, Worst, Warning };

/// Colours text with ANSI sequences, or leaves it as it is.
class Paint {
 public:
  explicit Paint(bool color) : color_{color} {}
  [[nodiscard]] std::string operator()(Tone tone, std::string_view text) const;

 private:
  bool color_;
};

/// Lines of at most `width` columns: the first begins with `first`, the others with as many blanks. Words that are
/// longer than a line are cut at its end. `text` and `first` are printable.
[[nodiscard]] std::string wrapped(std::string_view text, std::string_view first, std::size_t width);

/// Text padded with blanks to `columns`.
[[nodiscard]] std::string padded(std::string text, std::size_t columns);

/// A patch as unified_diff() makes it, with what goes and what comes in colours.
[[nodiscard]] std::string patch_text(std::string_view patch, const Paint& paint);

/// "a, b and 4 more" of printable texts; `most` items are shown.
[[nodiscard]] std::string shortened(const std::vector<std::string>& items, std::size_t most);

}  // namespace nsgcheck::io
