// SPDX-License-Identifier: Apache-2.0
#include "analyzer/certificate/encrypted_password.hpp"

#include <openssl/asn1t.h>
#include <openssl/cms.h>

#include <algorithm>
#include <array>

#include "analyzer/certificate/base64.hpp"
#include "analyzer/certificate/openssl_parts.hpp"

namespace nsgcheck::certificate {
namespace {

using Sequence =
    Owned<ASN1_SEQUENCE_ANY, [](ASN1_SEQUENCE_ANY* values) { sk_ASN1_TYPE_pop_free(values, ASN1_TYPE_free); }>;

tl::unexpected<PasswordError> refuse(PasswordFault fault, std::string message) {
  return tl::unexpected(PasswordError{fault, 0, std::move(message)});
}

bool is_weak_cipher(std::string_view name) {
  constexpr std::array<std::string_view, 4> kWeak{"des", "rc2", "rc4", "id-smime-alg-cms3deswrap"};
  return std::any_of(kWeak.begin(), kWeak.end(),
                     [&](std::string_view weak) { return name.substr(0, weak.size()) == weak; });
}

Recipient name_recipient(RecipientKind kind, const X509_NAME* issuer, const ASN1_INTEGER* serial,
                         const ASN1_OCTET_STRING* key_id) {
  Recipient recipient;
  recipient.kind = kind;
  recipient.key_id = hex(key_id);
  if (issuer == nullptr || serial == nullptr) return recipient;
  recipient.issuer = name_text(issuer);
  recipient.issuer_der = name_der(issuer);
  recipient.serial = serial_text(serial);
  return recipient;
}

Recipient transport(CMS_RecipientInfo* info) {
  X509_NAME* issuer = nullptr;
  ASN1_INTEGER* serial = nullptr;
  ASN1_OCTET_STRING* key_id = nullptr;
  CMS_RecipientInfo_ktri_get0_signer_id(info, &key_id, &issuer, &serial);
  Recipient recipient = name_recipient(RecipientKind::KeyTransport, issuer, serial, key_id);
  X509_ALGOR* algorithm = nullptr;
  if (CMS_RecipientInfo_ktri_get0_algs(info, nullptr, nullptr, &algorithm) == 1 && algorithm != nullptr)
    recipient.key_encryption.name = object_text(algorithm->algorithm);
  return recipient;
}

// One recipient of a key agreement may hold several certificates' keys.
void add_agreements(CMS_RecipientInfo* info, std::vector<Recipient>& recipients) {
  X509_ALGOR* algorithm = nullptr;
  CMS_RecipientInfo_kari_get0_alg(info, &algorithm, nullptr);
  const STACK_OF(CMS_RecipientEncryptedKey)* keys = CMS_RecipientInfo_kari_get0_reks(info);
  for (int i = 0; i < sk_CMS_RecipientEncryptedKey_num(keys); ++i) {
    X509_NAME* issuer = nullptr;
    ASN1_INTEGER* serial = nullptr;
    ASN1_OCTET_STRING* key_id = nullptr;
    CMS_RecipientEncryptedKey_get0_id(sk_CMS_RecipientEncryptedKey_value(keys, i), &key_id, nullptr, nullptr, &issuer,
                                      &serial);
    recipients.push_back(name_recipient(RecipientKind::KeyAgreement, issuer, serial, key_id));
    if (algorithm != nullptr) recipients.back().key_encryption.name = object_text(algorithm->algorithm);
  }
}

std::vector<Recipient> recipients_of(CMS_ContentInfo* cms) {
  std::vector<Recipient> recipients;
  const STACK_OF(CMS_RecipientInfo)* infos = CMS_get0_RecipientInfos(cms);
  for (int i = 0; i < sk_CMS_RecipientInfo_num(infos); ++i) {
    CMS_RecipientInfo* info = sk_CMS_RecipientInfo_value(infos, i);
    switch (CMS_RecipientInfo_type(info)) {
      case CMS_RECIPINFO_TRANS:
        recipients.push_back(transport(info));
        break;
      case CMS_RECIPINFO_AGREE:
        add_agreements(info, recipients);
        break;
      case CMS_RECIPINFO_KEK:
        recipients.push_back({RecipientKind::SharedKey, {}, {}, {}, {}, {}});
        break;
      case CMS_RECIPINFO_PASS:
        recipients.push_back({RecipientKind::Password, {}, {}, {}, {}, {}});
        break;
      default:
        recipients.push_back({});
    }
  }
  return recipients;
}

// The content bytes of an element, whose encoding ASN1_TYPE holds whole.
std::string_view inside(const ASN1_TYPE* element) {
  const ASN1_STRING* text = element->value.asn1_string;
  const unsigned char* begin = ASN1_STRING_get0_data(text);
  const unsigned char* at = begin;
  long length = 0;
  int tag = 0;
  int tag_class = 0;
  const long size = ASN1_STRING_length(text);
  const int form = ASN1_get_object(&at, &length, &tag, &tag_class, size);
  if ((form & 0x80) != 0) return {};
  // What an indefinite length means is up to whoever parses the content.
  const long rest = size - static_cast<long>(at - begin);
  return {reinterpret_cast<const char*>(at), static_cast<std::size_t>((form & 1) != 0 ? rest : length)};
}

Sequence sequence_in(std::string_view bytes) {
  const unsigned char* at = raw(bytes);
  return Sequence{d2i_ASN1_SEQUENCE_ANY(nullptr, &at, static_cast<long>(bytes.size()))};
}

Sequence sequence_of(const ASN1_TYPE* element) {
  if (element == nullptr || element->type != V_ASN1_SEQUENCE) return nullptr;
  const ASN1_STRING* text = element->value.sequence;
  return sequence_in(
      {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)), static_cast<std::size_t>(ASN1_STRING_length(text))});
}

// OpenSSL reads EnvelopedData but does not show its EncryptedContentInfo: ContentInfo / [0] / EnvelopedData, of which
// it is the first element of type SEQUENCE (RFC 5652, 6.1).
Sequence content_info(std::string_view bytes) {
  const Sequence outer = sequence_in(bytes);
  if (sk_ASN1_TYPE_num(outer.get()) != 2) return nullptr;
  const ASN1_TYPE* wrapped = sk_ASN1_TYPE_value(outer.get(), 1);
  if (wrapped->type != V_ASN1_OTHER) return nullptr;
  const Sequence enveloped = sequence_in(inside(wrapped));
  for (int i = 0; i < sk_ASN1_TYPE_num(enveloped.get()); ++i) {
    const ASN1_TYPE* element = sk_ASN1_TYPE_value(enveloped.get(), i);
    if (element->type == V_ASN1_SEQUENCE) return sequence_of(element);
  }
  return nullptr;
}

bool read_content_info(std::string_view bytes, EncryptedPassword& password) {
  const Sequence info = content_info(bytes);
  if (sk_ASN1_TYPE_num(info.get()) < 2) return false;
  const Sequence cipher = sequence_of(sk_ASN1_TYPE_value(info.get(), 1));
  const ASN1_TYPE* name = sk_ASN1_TYPE_num(cipher.get()) < 1 ? nullptr : sk_ASN1_TYPE_value(cipher.get(), 0);
  if (name == nullptr || name->type != V_ASN1_OBJECT) return false;
  password.content_cipher.name = object_text(name->value.object);
  password.content_cipher.weak = is_weak_cipher(password.content_cipher.name);
  if (sk_ASN1_TYPE_num(info.get()) > 2) {
    const ASN1_TYPE* content = sk_ASN1_TYPE_value(info.get(), 2);
    if (content->type == V_ASN1_OTHER) password.content_bytes = inside(content).size();
  }
  return true;
}

bool same_name(const std::string& a, const std::string& b) {
  const auto parse = [](const std::string& der) {
    const unsigned char* at = raw(der);
    return Owned<X509_NAME, X509_NAME_free>{d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size()))};
  };
  const auto first = parse(a);
  const auto second = parse(b);
  return first && second && X509_NAME_cmp(first.get(), second.get()) == 0;
}

Fit fit_of(const Recipient& recipient, const Certificate& certificate) {
  if (!recipient.issuer_der.empty()) {
    if (!same_name(recipient.issuer_der, certificate.issuer_der)) return Fit::Other;
    return recipient.serial == certificate.serial ? Fit::Recipient : Fit::SameIssuerOnly;
  }
  if (recipient.key_id.empty() || certificate.key_id.empty()) return Fit::Unknown;
  return recipient.key_id == certificate.key_id ? Fit::Recipient : Fit::Other;
}

tl::expected<OwnedCms, PasswordError> parse_cms(std::string_view bytes, std::size_t& trailing) {
  switch (frame_of(bytes)) {
    case Frame::NotASequence:
      return refuse(PasswordFault::NotCms, "the bytes in the base64 text are no CMS (PKCS#7) structure");
    case Frame::Truncated:
      return refuse(PasswordFault::Truncated, "the CMS structure in the base64 text is cut off: bytes are missing");
    case Frame::Whole:
      break;
  }
  const unsigned char* at = raw(bytes);
  OwnedCms cms{d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(bytes.size()))};
  if (!cms) return refuse(PasswordFault::Damaged, "the CMS structure in the base64 text is damaged");
  trailing = bytes.size() - static_cast<std::size_t>(at - raw(bytes));
  return cms;
}

}  // namespace

tl::expected<EncryptedPassword, PasswordError> read_encrypted_password(std::string_view text) {
  const QuietErrors quiet;
  const auto bytes = decode_base64(text);
  if (!bytes)
    return tl::unexpected(PasswordError{PasswordFault::NotBase64, bytes.error().offset, bytes.error().message});
  if (bytes->empty()) return refuse(PasswordFault::Empty, "there is nothing in it");
  EncryptedPassword password;
  const auto cms = parse_cms(*bytes, password.trailing_bytes);
  if (!cms) return tl::unexpected(cms.error());
  const ASN1_OBJECT* type = CMS_get0_type(cms->get());
  if (OBJ_obj2nid(type) != NID_pkcs7_enveloped)
    return refuse(PasswordFault::WrongContentType,
                  "the CMS content type is " + object_text(type) + " instead of pkcs7-envelopedData");
  if (!read_content_info(*bytes, password))
    return refuse(PasswordFault::Damaged, "the CMS structure in the base64 text is damaged");
  password.recipients = recipients_of(cms->get());
  return password;
}

Fit fit(const EncryptedPassword& password, const Certificate& certificate) {
  const QuietErrors quiet;
  Fit best = Fit::Other;
  const auto rank = [](Fit each) {
    return each == Fit::Recipient ? 3 : each == Fit::SameIssuerOnly ? 2 : each == Fit::Unknown ? 1 : 0;
  };
  for (const Recipient& recipient : password.recipients) {
    const Fit each = fit_of(recipient, certificate);
    if (rank(each) > rank(best)) best = each;
  }
  return best;
}

}  // namespace nsgcheck::certificate
