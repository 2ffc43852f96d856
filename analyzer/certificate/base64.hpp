// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace nsgcheck::certificate {

/// Why a text is no base64 (RFC 4648, 4; blanks and line ends between the characters are allowed, as .NET allows them).
struct Base64Fault {
  std::size_t offset{};  ///< into the text; its size when something is missing at the end
  std::string message;   ///< names the character; never quotes the text, which may hold a secret; no trailing full stop
};

/// The bytes that a text stands for; no bytes for a blank text.
[[nodiscard]] tl::expected<std::string, Base64Fault> decode_base64(std::string_view text);

/// The text of bytes, in one line.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

}  // namespace nsgcheck::certificate
