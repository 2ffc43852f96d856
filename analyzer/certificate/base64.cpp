// SPDX-License-Identifier: Apache-2.0
#include "analyzer/certificate/base64.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdio>

#include "analyzer/certificate/openssl_parts.hpp"

namespace nsgcheck::certificate {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

// How a message names a byte that has no place in base64.
std::string shown(char c) {
  if (c > ' ' && c <= '~') return std::string{"\""} + c + "\"";
  std::array<char, 8> hex{};
  std::snprintf(hex.data(), hex.size(), "0x%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return std::string{"byte "} + hex.data();
}

}  // namespace

tl::expected<std::string, Base64Fault> decode_base64(std::string_view text) {
  std::string digits;
  digits.reserve(text.size());
  std::size_t pads = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_blank(c)) continue;
    if (c != '=' && !is_digit(c)) return tl::unexpected(Base64Fault{at, shown(c) + " is no character of base64"});
    if (c != '=' && pads != 0) return tl::unexpected(Base64Fault{at, shown(c) + " follows the padding \"=\""});
    // Padding fills up a group of four; at most its last two characters.
    if (c == '=' && (digits.size() % 4 < 2))
      return tl::unexpected(Base64Fault{at, "the padding \"=\" is out of place"});
    if (c == '=') ++pads;
    digits += c;
  }
  if (digits.size() % 4 != 0)
    return tl::unexpected(Base64Fault{text.size(), "the base64 text ends in the middle of a group of four characters"});
  std::string bytes(digits.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), raw(digits), static_cast<int>(digits.size()));
  bytes.resize(static_cast<std::size_t>(size) - pads);
  return bytes;
}

std::string encode_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), raw(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace nsgcheck::certificate
