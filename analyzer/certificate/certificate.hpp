// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace nsgcheck::certificate {

/// An algorithm by the name that OpenSSL gives it ("des-ede3-cbc"), or by its dotted OID when it has none.
struct Algorithm {
  std::string name;
  bool weak{};  ///< DES, 3DES, RC2, RC4; MD2, MD4, MD5, SHA-1; RSA and DSA below 2048 bits, EC below 224
};

/// What the public part of a certificate says. Names are ASCII: RFC 2253, everything else escaped.
struct Certificate {
  std::string subject;
  std::string issuer;
  std::string issuer_der;  ///< as encoded, for comparison with a recipient
  std::string serial;      ///< hexadecimal, upper case, no leading zeros
  std::string key_id;      ///< subject key identifier, hexadecimal, upper case; "" without one
  std::string thumbprint;  ///< SHA-1 over the whole certificate, 40 hexadecimal digits, upper case, as Azure names it
  Algorithm key;           ///< e.g. "rsaEncryption"
  int key_bits{};          ///< 0 when the key cannot be read
  Algorithm signature;     ///< e.g. "RSA-SHA256"; weak when its digest is
  std::optional<std::int64_t> not_before;  ///< seconds since 1970, UTC; empty when the date cannot be read
  std::optional<std::int64_t> not_after;   ///< last second in which it is valid
  bool self_issued{};                      ///< issuer and subject are one name
  std::size_t others{};  ///< further certificates in the same file; of a PFX this one is that of its private key
};

/// Why bytes give no certificate.
enum class CertificateFault : std::uint8_t {
  Empty,
  NotACertificate,  ///< neither PEM nor DER nor PFX, or PEM of something else
  Truncated,        ///< DER that promises more bytes than there are, PEM without its end
  Damaged,
  NeedsPassword,  ///< a PFX whose certificates are encrypted; nsgcheck asks for no password
  NoCertificate,  ///< a PFX that holds keys only
};

struct CertificateError {
  CertificateFault fault{};
  std::string message;  ///< no trailing full stop
};

/// Reads PEM (the first certificate of it), DER, or the public part of a PFX that needs no password; private keys are
/// not looked at. A PFX may demand at most 100,000 rounds of key derivation.
[[nodiscard]] tl::expected<Certificate, CertificateError> read_certificate(std::string_view bytes);

enum class Validity : std::uint8_t { Valid, NotYetValid, Expired, Unknown };

/// Is the certificate valid at `now` (seconds since 1970, UTC)? Unknown when one of its dates cannot be read.
[[nodiscard]] Validity validity_at(const Certificate& certificate, std::int64_t now);

/// Does it end before something else does, e.g. the Remote Desktop account (same unit)? Empty when its end cannot be
/// read.
[[nodiscard]] std::optional<bool> expires_before(const Certificate& certificate, std::int64_t end);

/// A thumbprint as someone wrote it down.
struct Thumbprint {
  std::string digits;  ///< 40 hexadecimal digits, upper case
  bool hidden{};  ///< invisible characters were among them (U+200E and such, as the certificate dialog copies them)
};

/// Reads a thumbprint without regard to case, blanks, colons and invisible characters; empty when what is left is not
/// 40 hexadecimal digits.
[[nodiscard]] std::optional<Thumbprint> parse_thumbprint(std::string_view text);

}  // namespace nsgcheck::certificate
