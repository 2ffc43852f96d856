// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io {

/// Parses one YAML document into the nodes that JSON gives, too. Every scalar stays the text that its author wrote
/// (`no`, `010`, `1e3`); only an empty value, `~` and `null` are Null. Refused at their place: duplicate keys, keys
/// that are no scalars, anchors, aliases, tags, and a second document in the file.
[[nodiscard]] tl::expected<Document, Diagnostic> parse_yaml(std::string file, std::string_view bytes);

}  // namespace nsgcheck::io
