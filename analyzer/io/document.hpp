// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/io/node.hpp"

namespace nsgcheck::io {

/// A place as people read it. Lines and columns count from 1; columns count code points (SARIF: unicodeCodePoints).
struct Position {
  std::size_t line{1};
  std::size_t column{1};
  std::size_t end_line{1};
  std::size_t end_column{1};  ///< one past the last code point
};

/// A fault of an input that keeps some of it from being read.
struct Diagnostic {
  std::string file;     ///< or the option of the command that is at fault
  Position position;    ///< line 0: of an option
  std::string message;  ///< quotes the offending text; no trailing full stop
};

/// A duplicate key of an object: the later of the two.
struct DuplicateKey {
  std::string key;
  SourceSpan span;     ///< of the later key
  SourceSpan value;    ///< of the later value
  bool contradicts{};  ///< an earlier value of the key is another one
};

struct KnownChildren;

/// One input, decoded and parsed. Offsets in spans are bytes of `text`.
struct Document {
  Document() = default;
  Document(Document&& other) noexcept;
  Document& operator=(Document&& other) noexcept;

  std::string file;  ///< as the user typed it; "-" for standard input
  std::string text;  ///< UTF-8 without byte order mark; line ends as in the file
  Node root;
  std::vector<DuplicateKey> duplicates;
  std::vector<std::size_t> line_starts;  ///< byte offset of each line
  /// Code points before every 4096th byte: columns of files that are one long line stay cheap. May be empty.
  std::vector<std::size_t> code_point_marks;
  std::unique_ptr<FoldSource> folds;              ///< what folded nodes of `root` read from; null when there are none
  std::shared_ptr<KnownChildren> known_children;  ///< with `folds`: what pointer_of() has looked at so far
};

/// Bytes to UTF-8: UTF-8 with or without BOM, UTF-16LE and BE with BOM (PowerShell's `>`). The error message names the
/// byte offset of what is no valid encoding.
[[nodiscard]] tl::expected<std::string, std::string> decode_text(std::string_view bytes);

/// Parses JSON as ARM takes it: `//` and `/* */` comments, and line breaks inside strings. Nesting deeper than 512 is
/// an error. `document` is the index that spans carry.
[[nodiscard]] tl::expected<Document, Diagnostic> parse_json(std::string file, std::string_view bytes,
                                                            std::uint32_t document);

/// How a large document is read. What is read is the same with each.
struct FoldOptions {
  std::size_t fold_from{256};                     ///< bytes of the smallest list or object that is folded
  std::size_t read_whole{std::size_t{1} << 20U};  ///< FoldSource::read_whole
  std::size_t threads{1};                         ///< that check the text at a time
  std::size_t chunk{std::size_t{4} << 20U};       ///< bytes of the text that a thread checks at a time
};

/// The same, with lists and objects folded: memory for large documents is that of the text. Nodes must not outlive the
/// document.
[[nodiscard]] tl::expected<Document, Diagnostic> parse_folded_json(std::string file, std::string bytes,
                                                                   std::uint32_t document, const FoldOptions& options);

/// Line and column of a span.
[[nodiscard]] Position position_of(const Document& document, SourceSpan span);

/// RFC 6901 pointer of the node or member that starts at the span's begin; "" for the root. One thread at a time may
/// ask for those of a document that has folds.
[[nodiscard]] std::string pointer_of(const Document& document, SourceSpan span);

/// The text of 1-based `line` without its line end.
[[nodiscard]] std::string_view line_text(const Document& document, std::size_t line);

/// The inputs of one run; a span's `document` is an index into it. References stay valid while documents are added.
using Documents = std::deque<Document>;

}  // namespace nsgcheck::io
