// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nsgcheck::model {

/// Where a value stands in the inputs: bytes [begin, end) of the UTF-8 text of input `document`. What line, column and
/// JSON pointer that is, only analyzer/io knows; the engine carries spans and never looks into them.
struct SourceSpan {
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
  std::uint32_t document{kNowhere};  ///< index into io::Documents; kNowhere for what nsgcheck itself made (defaults)
  std::uint64_t begin{};
  std::uint64_t end{};

  [[nodiscard]] constexpr bool known() const { return document != kNowhere; }
  friend constexpr bool operator==(const SourceSpan&, const SourceSpan&) = default;
};

}  // namespace nsgcheck::model
