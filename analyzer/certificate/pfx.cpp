// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>

#include <algorithm>
#include <vector>

#include "analyzer/certificate/openssl_parts.hpp"

namespace nsgcheck::certificate {
namespace {

// Windows writes 2,000, OpenSSL 2,048; a file may demand any number, and each costs time.
constexpr std::int64_t kMostRounds = 100'000;
constexpr int kMostNesting = 4;

using Bags = Owned<STACK_OF(PKCS12_SAFEBAG),
                   [](STACK_OF(PKCS12_SAFEBAG) * bags) { sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free); }>;
using Safes = Owned<STACK_OF(PKCS7), [](STACK_OF(PKCS7) * safes) { sk_PKCS7_pop_free(safes, PKCS7_free); }>;

/// A certificate of the file, and the bag attribute that ties it to its private key ("" without one).
struct Found {
  OwnedX509 certificate;
  std::string key;
};

std::string local_key(const PKCS12_SAFEBAG* bag) {
  const ASN1_TYPE* id = PKCS12_SAFEBAG_get0_attr(bag, NID_localKeyID);
  return id != nullptr && id->type == V_ASN1_OCTET_STRING ? hex(id->value.octet_string) : std::string{};
}

void gather(const STACK_OF(PKCS12_SAFEBAG) * bags, std::vector<Found>& found, int depth) {
  for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
    const PKCS12_SAFEBAG* bag = sk_PKCS12_SAFEBAG_value(bags, i);
    const int type = PKCS12_SAFEBAG_get_nid(bag);
    if (type == NID_safeContentsBag && depth < kMostNesting) gather(PKCS12_SAFEBAG_get0_safes(bag), found, depth + 1);
    if (type != NID_certBag || PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate) continue;
    if (OwnedX509 certificate{PKCS12_SAFEBAG_get1_cert(bag)}) found.push_back({std::move(certificate), local_key(bag)});
  }
}

template <typename T>
std::int64_t rounds_of(const ASN1_TYPE* parameter, const ASN1_ITEM* item, ASN1_INTEGER* T::*member) {
  auto* parsed = static_cast<T*>(ASN1_TYPE_unpack_sequence(item, parameter));
  if (parsed == nullptr) return kMostRounds + 1;
  std::int64_t rounds = 0;
  const bool read = parsed->*member != nullptr && ASN1_INTEGER_get_int64(&rounds, parsed->*member) == 1;
  ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(parsed), item);
  return read ? rounds : kMostRounds + 1;
}

// How many rounds of key derivation an encryption demands; beyond the bound when that cannot be told.
std::int64_t rounds_of(const X509_ALGOR* algorithm) {
  if (OBJ_obj2nid(algorithm->algorithm) != NID_pbes2)
    return rounds_of(algorithm->parameter, ASN1_ITEM_rptr(PBEPARAM), &PBEPARAM::iter);
  auto* scheme = static_cast<PBE2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter));
  std::int64_t rounds = kMostRounds + 1;
  if (scheme != nullptr && OBJ_obj2nid(scheme->keyfunc->algorithm) == NID_id_pbkdf2)
    rounds = rounds_of(scheme->keyfunc->parameter, ASN1_ITEM_rptr(PBKDF2PARAM), &PBKDF2PARAM::iter);
  PBE2PARAM_free(scheme);
  return rounds;
}

// "No password" is written in two ways: an empty one, and none at all.
Bags open(PKCS7* safe) {
  if (PKCS7_type_is_data(safe)) return Bags{PKCS12_unpack_p7data(safe)};
  if (!PKCS7_type_is_encrypted(safe) || safe->d.encrypted == nullptr) return nullptr;
  if (rounds_of(safe->d.encrypted->enc_data->algorithm) > kMostRounds) return nullptr;
  Bags bags{PKCS12_unpack_p7encdata(safe, "", 0)};
  return bags ? std::move(bags) : Bags{PKCS12_unpack_p7encdata(safe, nullptr, 0)};
}

}  // namespace

tl::expected<Certificate, CertificateError> read_pfx(std::string_view bytes) {
  const QuietErrors quiet;
  const unsigned char* at = raw(bytes);
  const OwnedPfx pfx{d2i_PKCS12(nullptr, &at, static_cast<long>(bytes.size()))};
  const Safes safes{pfx ? PKCS12_unpack_authsafes(pfx.get()) : nullptr};
  if (!safes) return tl::unexpected(CertificateError{CertificateFault::Damaged, "the PFX is damaged"});
  std::vector<Found> found;
  bool closed = false;
  for (int i = 0; i < sk_PKCS7_num(safes.get()); ++i) {
    const Bags bags = open(sk_PKCS7_value(safes.get(), i));
    if (bags) gather(bags.get(), found, 0);
    closed = closed || !bags;
  }
  if (found.empty() && closed)
    return tl::unexpected(CertificateError{CertificateFault::NeedsPassword,
                                           "the certificates in the PFX are encrypted; export the public part (.cer)"});
  if (found.empty())
    return tl::unexpected(CertificateError{CertificateFault::NoCertificate, "the PFX holds no certificate"});
  // Chains stand in a PFX in no fixed order; the one with a private key is the one that passwords are encrypted to.
  const auto own = std::find_if(found.begin(), found.end(), [](const Found& each) { return !each.key.empty(); });
  Certificate facts = certificate_facts((own == found.end() ? found.begin() : own)->certificate.get());
  facts.others = found.size() - 1;
  return facts;
}

}  // namespace nsgcheck::certificate
