// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/xml_text.hpp"

#include "analyzer/io/report.hpp"

namespace nsgcheck::io {

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    const std::string_view special = "&<>\"'";
    constexpr std::string_view kEntities[]{"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    const auto at = special.find(c);
    if (at == std::string_view::npos)
      out += c;
    else
      out += kEntities[at];
  }
  return out;
}

}  // namespace nsgcheck::io
