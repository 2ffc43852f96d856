// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io {

/// Byte offset of each line of `text`; LF, CR LF and a lone CR end a line.
[[nodiscard]] std::vector<std::size_t> line_starts_of(std::string_view text);

/// Number of code points before every 4096th byte of `text`.
[[nodiscard]] std::vector<std::size_t> code_point_marks_of(std::string_view text);

/// Line and column of bytes [begin, end) of `text`; offsets beyond the end count as the end. Without `marks` the line
/// is counted from its start.
[[nodiscard]] Position position_in(std::string_view text, const std::vector<std::size_t>& line_starts,
                                   std::size_t begin, std::size_t end, const std::vector<std::size_t>& marks = {});

/// A document that has its text, with what positions in it need, and no nodes yet. The error is a byte that is not of
/// the encoding.
[[nodiscard]] tl::expected<Document, Diagnostic> decoded_document(std::string file, std::string bytes);

}  // namespace nsgcheck::io
