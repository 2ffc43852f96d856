// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tl/expected.hpp>

#include "analyzer/io/node.hpp"

namespace nsgcheck::io {

/// The JSON that stands inside a string of a document. All its nodes carry the string's own span, as what is inside
/// escapes has no place of its own. The error is a sentence without full stop.
[[nodiscard]] tl::expected<Node, std::string> parse_embedded(const Node& text);

/// True when the text of a string starts as a JSON object or array does.
[[nodiscard]] bool may_be_embedded_json(const Node& node);

}  // namespace nsgcheck::io
