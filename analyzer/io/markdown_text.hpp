// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace nsgcheck::io {

/// Text in which no markup, mention, issue number or address is alive (GitHub Flavored Markdown, also in tables).
[[nodiscard]] std::string markdown_plain(std::string_view text);

/// Text as code, "" for none; safe in tables.
[[nodiscard]] std::string markdown_code(std::string_view text);

}  // namespace nsgcheck::io
