// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io {

/// Parses XML into the nodes that JSON gives, too. The root is an object with one member, the root element. An element
/// is an object: its attributes come first, as texts called "@name", then its child elements under their names, each
/// as often as it stands there; `text` holds its character data without the blanks around it. Prefixes of namespaces
/// are left out, and so are declarations of namespaces. Encodings as decode_text(); what the XML declaration says of
/// them does not count.
///
/// Refused at their place: DOCTYPE (so there are no entities of the document's own, and nothing is ever fetched),
/// references to unknown entities, an attribute twice in one element, text or a second element beside the root, U+0000
/// and other control characters, elements nested deeper than 64, more than 64 MiB.
[[nodiscard]] tl::expected<Document, Diagnostic> parse_xml(std::string file, std::string_view bytes,
                                                           std::uint32_t document);

/// True when the first character of the text is `<`, as it is in XML and never in JSON, YAML or CSV.
[[nodiscard]] bool looks_like_xml(std::string_view bytes);

}  // namespace nsgcheck::io
