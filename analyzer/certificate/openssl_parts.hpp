// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

#include "analyzer/certificate/certificate.hpp"

// What the readers of this folder share of OpenSSL; not for others.
namespace nsgcheck::certificate {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

using OwnedBio = Owned<BIO, BIO_free_all>;
using OwnedX509 = Owned<X509, X509_free>;
using OwnedCms = Owned<CMS_ContentInfo, CMS_ContentInfo_free>;
using OwnedPfx = Owned<PKCS12, PKCS12_free>;

/// Leaves OpenSSL's queue of errors as it was before.
class QuietErrors {
 public:
  QuietErrors() { ERR_set_mark(); }
  ~QuietErrors() { ERR_pop_to_mark(); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
};

inline const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

/// How far bytes look like one DER value of type SEQUENCE.
enum class Frame : std::uint8_t { Whole, Truncated, NotASequence };
[[nodiscard]] Frame frame_of(std::string_view bytes);

[[nodiscard]] std::string hex(const unsigned char* bytes, std::size_t size);
[[nodiscard]] std::string hex(const ASN1_STRING* text);  ///< "" for null
[[nodiscard]] std::string serial_text(const ASN1_INTEGER* serial);
/// RFC 2253, ASCII only.
[[nodiscard]] std::string name_text(const X509_NAME* name);
[[nodiscard]] std::string name_der(const X509_NAME* name);
/// "aes-256-cbc", or the dotted OID of what OpenSSL does not know.
[[nodiscard]] std::string object_text(const ASN1_OBJECT* object);

/// Facts of a parsed certificate.
[[nodiscard]] Certificate certificate_facts(X509* certificate);

/// The certificates in a PFX that needs no password.
[[nodiscard]] tl::expected<Certificate, CertificateError> read_pfx(std::string_view bytes);

}  // namespace nsgcheck::certificate
