// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace nsgcheck::wire::testing {

using Bytes = std::vector<std::byte>;

/// "03 00 0b" as bytes; blanks are skipped.
inline Bytes from_hex(std::string_view hex) {
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    throw std::invalid_argument{"not a hexadecimal digit"};
  };
  Bytes bytes;
  int high = -1;
  for (const char c : hex) {
    if (c == ' ' || c == '\n') continue;
    if (high < 0) {
      high = digit(c);
    } else {
      bytes.push_back(static_cast<std::byte>(high * 16 + digit(c)));
      high = -1;
    }
  }
  if (high >= 0) throw std::invalid_argument{"half a byte"};
  return bytes;
}

inline Bytes from_text(std::string_view text) {
  Bytes bytes;
  for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
  return bytes;
}

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

/// The variable part `body` behind a fixed part whose two lengths fit it.
inline Bytes framed(const Bytes& body) {
  const std::size_t size = body.size() + 11;
  Bytes header = from_hex("03 00 00 00 00 e0 00 00 00 00 00");
  header[2] = static_cast<std::byte>(size >> 8 & 0xFF);
  header[3] = static_cast<std::byte>(size & 0xFF);
  header[4] = static_cast<std::byte>((size - 5) & 0xFF);
  return header + body;
}

}  // namespace nsgcheck::wire::testing
