// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nsgcheck::io {

/// What is wrong with a JSON text: bytes [begin, end) of it and a message that quotes them; no trailing full stop.
struct JsonFault {
  std::size_t begin{};
  std::size_t end{};
  std::string message;
};

/// Where in the grammar (RFC 8259) the last good token leaves the reader.
enum class JsonPlace : std::uint8_t {
  Start,        ///< nothing read yet
  AfterName,    ///< a member's name; a colon and a value follow
  ObjectBegin,  ///< `{`
  ArrayBegin,   ///< `[`
  InObject,     ///< a member is complete
  InArray,      ///< an item is complete
  End,          ///< the document's value is complete
};

/// How far a text could be read.
struct JsonProgress {
  JsonPlace place{JsonPlace::Start};
  std::size_t token_begin{};      ///< of the last good token
  std::size_t token_end{};        ///< one past it
  std::size_t container_begin{};  ///< of the innermost open `{` or `[`
};

/// Names the first fault after the last good token. Needs a text that cannot be read further.
[[nodiscard]] JsonFault describe_fault(std::string_view text, const JsonProgress& progress);

/// The first byte at or after `offset` that is no white space and in no comment. An unended comment is not skipped.
[[nodiscard]] std::size_t skip_blanks(std::string_view text, std::size_t offset);

/// One past the string literal that starts at `begin`; text.size() when it is not ended.
[[nodiscard]] std::size_t string_end(std::string_view text, std::size_t begin);

/// One past the longest number of JSON that starts at `begin`; `begin` when there is none.
[[nodiscard]] std::size_t number_end(std::string_view text, std::size_t begin);

}  // namespace nsgcheck::io
