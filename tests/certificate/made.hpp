// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

// Certificates, PFX files and encrypted passwords, made by OpenSSL itself when a test runs.
namespace nsgcheck::certificate {

using MadeKey = std::shared_ptr<EVP_PKEY>;
using MadeCertificate = std::shared_ptr<X509>;

[[nodiscard]] MadeKey rsa_key(unsigned bits);
[[nodiscard]] MadeKey ec_key(const char* curve);

/// What a certificate is to say; it is signed with its own key.
struct Wanted {
  std::string common_name{"Windows Azure Tools"};
  std::uint64_t serial{1};
  const char* digest{"SHA256"};
  std::int64_t not_before{1'700'000'000};  ///< seconds since 1970
  std::int64_t not_after{1'900'000'000};
  bool key_id{true};
};
[[nodiscard]] MadeCertificate make_certificate(const MadeKey& key, const Wanted& wanted);

[[nodiscard]] std::string der(const MadeCertificate& certificate);
[[nodiscard]] std::string pem(const MadeCertificate& certificate);
/// `password` null: the certificate is not encrypted. `rounds` of key derivation.
[[nodiscard]] std::string pfx(const MadeKey& key, const MadeCertificate& certificate, const char* password, int rounds,
                              const MadeCertificate& further = nullptr);

/// DER of an EnvelopedData for one certificate. `flags`: CMS_USE_KEYID names it by its key identifier.
[[nodiscard]] std::string enveloped(const MadeCertificate& certificate, const char* cipher, unsigned flags = 0);
/// The same as a stream, whose lengths are not told beforehand.
[[nodiscard]] std::string enveloped_stream(const MadeCertificate& certificate);
/// The same handed over with RSAES-OAEP.
[[nodiscard]] std::string enveloped_oaep(const MadeCertificate& certificate);
/// DER of a SignedData.
[[nodiscard]] std::string signed_data(const MadeKey& key, const MadeCertificate& certificate);

}  // namespace nsgcheck::certificate
