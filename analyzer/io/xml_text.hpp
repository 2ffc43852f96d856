// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace nsgcheck::io {

/// Text for element content and attributes of XML. printable() takes out what XML 1.0 cannot hold (section 2.2).
[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace nsgcheck::io
