// SPDX-License-Identifier: Apache-2.0
// Any bytes are a certificate or a fault, and an encrypted password or a fault with a place in its text; what is said
// of them is printable ASCII; facts do not depend on the form of the file, nor on blanks in base64.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/certificate/base64.hpp"
#include "analyzer/certificate/encrypted_password.hpp"
#include "tests/fuzz/fault_place.hpp"

namespace {

using namespace nsgcheck;
using fuzz::require;

void require_printable(std::string_view text) {
  require(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

void judge_certificate(std::string_view bytes) {
  const auto read = certificate::read_certificate(bytes);
  if (!read) return require(!read.error().message.empty());
  for (const auto* text :
       {&read->subject, &read->issuer, &read->serial, &read->key_id, &read->key.name, &read->signature.name})
    require_printable(*text);
  const auto thumbprint = certificate::parse_thumbprint(read->thumbprint);
  require(thumbprint && thumbprint->digits == read->thumbprint && !thumbprint->hidden);
  require(read->key_bits >= 0);
}

void judge_password(const std::string& text) {
  const auto read = certificate::read_encrypted_password(text);
  std::string spaced;
  for (const char c : text) spaced.append(1, c).append(1, '\n');
  const auto again = certificate::read_encrypted_password(spaced);
  require(read.has_value() == again.has_value());
  if (!read) {
    require(!read.error().message.empty() && read.error().offset <= text.size());
    require(read.error().fault == again.error().fault);
    return;
  }
  require_printable(read->content_cipher.name);
  require(read->content_cipher.name == again->content_cipher.name);
  require(read->content_bytes + read->trailing_bytes <= text.size());
  require(read->recipients.size() == again->recipients.size());
  for (const certificate::Recipient& recipient : read->recipients) {
    require_printable(recipient.issuer);
    require_printable(recipient.serial);
    require_printable(recipient.key_encryption.name);
    require(recipient.issuer_der.empty() || !recipient.serial.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  judge_certificate(bytes);
  judge_password(bytes);
  judge_password(certificate::encode_base64(bytes));
  const auto decoded = certificate::decode_base64(certificate::encode_base64(bytes));
  require(decoded && *decoded == bytes);
  return 0;
}
