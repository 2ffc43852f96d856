// SPDX-License-Identifier: Apache-2.0
#include "analyzer/certificate/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <chrono>
#include <cstring>

#include "analyzer/certificate/openssl_parts.hpp"

namespace nsgcheck::certificate {
namespace {

constexpr int kLeastBits = 2048;  // of RSA and DSA, as NIST SP 800-131A wants since 2014
constexpr int kLeastEcBits = 224;

std::optional<std::int64_t> seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{parts.tm_year + 1900},
                                         std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
                                         std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return days * 86400 + std::int64_t{parts.tm_hour} * 3600 + std::int64_t{parts.tm_min} * 60 + parts.tm_sec;
}

bool is_weak_digest(int nid) {
  return nid == NID_md2 || nid == NID_md4 || nid == NID_md5 || nid == NID_md5_sha1 || nid == NID_sha1;
}

Algorithm signature_of(const X509* certificate) {
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  int digest = NID_undef;
  // RSASSA-PSS carries its digest in its parameters; X509_get_signature_info() knows both ways.
  const bool known = X509_get_signature_info(const_cast<X509*>(certificate), &digest, nullptr, nullptr, nullptr) == 1 &&
                     digest != NID_undef;
  if (!known) OBJ_find_sigid_algs(OBJ_obj2nid(object), &digest, nullptr);
  return {object_text(object), is_weak_digest(digest)};
}

void read_key(X509* certificate, Certificate& facts) {
  ASN1_OBJECT* object = nullptr;
  X509_PUBKEY_get0_param(&object, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(certificate));
  facts.key.name = object_text(object);
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return;
  facts.key_bits = EVP_PKEY_get_bits(key);
  const int type = EVP_PKEY_get_base_id(key);
  if (type == EVP_PKEY_RSA || type == EVP_PKEY_RSA_PSS || type == EVP_PKEY_DSA)
    facts.key.weak = facts.key_bits < kLeastBits;
  if (type == EVP_PKEY_EC) facts.key.weak = facts.key_bits < kLeastEcBits;
}

constexpr std::string_view kPemBegin = "-----BEGIN ";

bool is_certificate_label(const char* label) {
  return std::strcmp(label, PEM_STRING_X509) == 0 || std::strcmp(label, PEM_STRING_X509_OLD) == 0 ||
         std::strcmp(label, PEM_STRING_X509_TRUSTED) == 0;
}

struct PemBlock {
  Owned<char, [](char* text) { OPENSSL_free(text); }> label;
  Owned<unsigned char, [](unsigned char* bytes) { OPENSSL_free(bytes); }> bytes;
  std::string_view der() const { return {reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size)}; }
  long size{};
};

std::optional<PemBlock> next_block(BIO* in) {
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* bytes = nullptr;
  PemBlock block;
  if (PEM_read_bio(in, &label, &header, &bytes, &block.size) != 1) return std::nullopt;
  OPENSSL_free(header);
  block.label.reset(label);
  block.bytes.reset(bytes);
  return block;
}

tl::expected<Certificate, CertificateError> read_der(std::string_view bytes, bool trusted) {
  const unsigned char* at = raw(bytes);
  const auto size = static_cast<long>(bytes.size());
  const OwnedX509 parsed{trusted ? d2i_X509_AUX(nullptr, &at, size) : d2i_X509(nullptr, &at, size)};
  if (!parsed) return tl::unexpected(CertificateError{CertificateFault::Damaged, "the certificate is damaged"});
  return certificate_facts(parsed.get());
}

tl::expected<Certificate, CertificateError> read_pem(std::string_view text) {
  const OwnedBio in{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  std::optional<Certificate> first;
  std::size_t certificates = 0;
  std::string other;
  while (const auto block = next_block(in.get())) {
    if (!is_certificate_label(block->label.get())) {
      other = block->label.get();
      continue;
    }
    ++certificates;
    if (first) continue;
    auto read = read_der(block->der(), std::strcmp(block->label.get(), PEM_STRING_X509_TRUSTED) == 0);
    if (!read) return read;
    first = std::move(*read);
  }
  if (first) {
    first->others = certificates - 1;
    return *std::move(first);
  }
  if (!other.empty())
    return tl::unexpected(
        CertificateError{CertificateFault::NotACertificate, "the PEM text holds no certificate but other things"});
  const bool ended = text.find("-----END ") != std::string_view::npos;
  return tl::unexpected(ended ? CertificateError{CertificateFault::Damaged, "the PEM text is damaged"}
                              : CertificateError{CertificateFault::Truncated, "the PEM text has no end line"});
}

}  // namespace

Certificate certificate_facts(X509* certificate) {
  Certificate facts;
  const X509_NAME* issuer = X509_get_issuer_name(certificate);
  const X509_NAME* subject = X509_get_subject_name(certificate);
  facts.subject = name_text(subject);
  facts.issuer = name_text(issuer);
  facts.issuer_der = name_der(issuer);
  facts.serial = serial_text(X509_get0_serialNumber(certificate));
  facts.key_id = hex(X509_get0_subject_key_id(certificate));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned digest_size = 0;
  if (X509_digest(certificate, EVP_sha1(), digest.data(), &digest_size) == 1)
    facts.thumbprint = hex(digest.data(), digest_size);
  read_key(certificate, facts);
  facts.signature = signature_of(certificate);
  facts.not_before = seconds_of(X509_get0_notBefore(certificate));
  facts.not_after = seconds_of(X509_get0_notAfter(certificate));
  facts.self_issued = X509_NAME_cmp(issuer, subject) == 0;
  return facts;
}

tl::expected<Certificate, CertificateError> read_certificate(std::string_view bytes) {
  const QuietErrors quiet;
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return tl::unexpected(CertificateError{CertificateFault::Empty, "there is nothing in it"});
  if (bytes.find(kPemBegin) != std::string_view::npos) return read_pem(bytes);
  switch (frame_of(bytes)) {
    case Frame::NotASequence:
      return tl::unexpected(
          CertificateError{CertificateFault::NotACertificate, "it is no certificate: neither PEM nor DER nor PFX"});
    case Frame::Truncated:
      return tl::unexpected(CertificateError{CertificateFault::Truncated, "it ends in the middle: bytes are missing"});
    case Frame::Whole:
      break;
  }
  auto read = read_der(bytes, false);
  if (read) return read;
  const unsigned char* at = raw(bytes);
  const OwnedPfx pfx{d2i_PKCS12(nullptr, &at, static_cast<long>(bytes.size()))};
  return pfx ? read_pfx(bytes) : read;
}

Validity validity_at(const Certificate& certificate, std::int64_t now) {
  if (certificate.not_before && now < *certificate.not_before) return Validity::NotYetValid;
  if (certificate.not_after && now > *certificate.not_after) return Validity::Expired;
  return certificate.not_before && certificate.not_after ? Validity::Valid : Validity::Unknown;
}

std::optional<bool> expires_before(const Certificate& certificate, std::int64_t end) {
  if (!certificate.not_after) return std::nullopt;
  return *certificate.not_after < end;
}

}  // namespace nsgcheck::certificate
