// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/io/node.hpp"

namespace nsgcheck::io {

/// How a text is checked. Nothing of it changes the result.
struct StrictOptions {
  std::size_t threads{1};
  /// Bytes of a text that are indexed at a time. Longer texts are cut where a list or a line goes on.
  std::size_t chunk{std::size_t{4} << 20U};
};

/// Checks a text against RFC 8259 by the index of its tokens that simdjson makes, many times as fast as the reference
/// reader (parse_json()) does. The result are the lists and objects of at least kLargeContainer bytes, in text order.
/// Empty when the text has anything that the reference reader is needed for: a fault, a comment, a line break inside a
/// string, a key twice in an object or an escape in one, nesting deeper than 512, a number with an exponent or of many
/// digits. `text`: valid UTF-8.
[[nodiscard]] std::optional<std::vector<ContainerPlace>> check_strict_json(std::string_view text,
                                                                           const StrictOptions& options);

}  // namespace nsgcheck::io
