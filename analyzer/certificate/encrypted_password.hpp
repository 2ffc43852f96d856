// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/certificate/certificate.hpp"

namespace nsgcheck::certificate {

/// For whom a content is encrypted, and how its key is handed over.
enum class RecipientKind : std::uint8_t { KeyTransport, KeyAgreement, SharedKey, Password, Other };

struct Recipient {
  RecipientKind kind{RecipientKind::Other};
  std::string issuer;        ///< RFC 2253, ASCII; "" when the recipient is named by its key identifier
  std::string issuer_der;    ///< as encoded
  std::string serial;        ///< hexadecimal, upper case, no leading zeros
  std::string key_id;        ///< hexadecimal, upper case; "" when it is named by issuer and serial number
  Algorithm key_encryption;  ///< e.g. "rsaEncryption" (PKCS#1 v1.5), "rsaesOaep"; "" when it is not to be seen
};

/// What can be said of an encrypted password from public data alone. Nothing is ever decrypted, and no part of the
/// encrypted content is kept.
struct EncryptedPassword {
  std::vector<Recipient> recipients;
  Algorithm content_cipher;      ///< e.g. "aes-256-cbc"
  std::size_t content_bytes{};   ///< length of the encrypted content; 0: there is none
  std::size_t trailing_bytes{};  ///< after the end of the structure
};

/// Why a text is no encrypted password.
enum class PasswordFault : std::uint8_t {
  Empty,
  NotBase64,
  NotCms,            ///< other bytes
  Truncated,         ///< promises more bytes than there are
  Damaged,           ///< begins as CMS does, but is not built so
  WrongContentType,  ///< CMS, but signed or plain, not enveloped for a recipient
};

struct PasswordError {
  PasswordFault fault{};
  std::size_t offset{};  ///< into the text; of NotBase64, else 0
  std::string message;   ///< never quotes the text; no trailing full stop
};

/// Reads the value of `AccountEncryptedPassword`: base64 of a CMS EnvelopedData (RFC 5652, PKCS#7), see azure-rdp 3.1.
[[nodiscard]] tl::expected<EncryptedPassword, PasswordError> read_encrypted_password(std::string_view text);

/// How a certificate fits the recipients of an encrypted password.
enum class Fit : std::uint8_t {
  Recipient,       ///< its private key opens the password
  SameIssuerOnly,  ///< issuer (of a self-signed one: the same subject) fits, serial number does not: another
                   ///< certificate
  Other,           ///< another certificate
  Unknown,         ///< recipients are named in a way that the certificate does not tell of
};

/// Holds the recipients against a certificate by issuer and serial number, or by key identifier. The best fit counts.
[[nodiscard]] Fit fit(const EncryptedPassword& password, const Certificate& certificate);

}  // namespace nsgcheck::certificate
