// SPDX-License-Identifier: Apache-2.0
#include "tests/certificate/made.hpp"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace nsgcheck::certificate {
namespace {

// A fault here is one of the test, not of what it tests.
template <typename T>
T must(T value) {
  if (!value) throw std::runtime_error{"OpenSSL made nothing"};
  return value;
}

template <typename Write, typename Object>
std::string written(Write write, Object* object) {
  unsigned char* bytes = nullptr;
  const int size = write(object, &bytes);
  if (size <= 0) throw std::runtime_error{"OpenSSL wrote nothing"};
  std::string out{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  OPENSSL_free(bytes);
  return out;
}

// Only of literals: the BIO reads the text where it stands, and no temporary lives that long.
template <std::size_t Size>
std::shared_ptr<BIO> text_in(const char (&text)[Size]) {
  return {BIO_new_mem_buf(text, static_cast<int>(Size - 1)), BIO_free_all};
}

std::string text_of(BIO* out) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(out, &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string cms_der(CMS_ContentInfo* cms) {
  const std::shared_ptr<CMS_ContentInfo> owned{must(cms), CMS_ContentInfo_free};
  return written(i2d_CMS_ContentInfo, owned.get());
}

std::shared_ptr<STACK_OF(X509)> stack_of(const MadeCertificate& certificate) {
  std::shared_ptr<STACK_OF(X509)> stack{sk_X509_new_null(), [](STACK_OF(X509) * each) { sk_X509_free(each); }};
  if (certificate) sk_X509_push(stack.get(), certificate.get());
  return stack;
}

}  // namespace

MadeKey rsa_key(unsigned bits) { return {must(EVP_RSA_gen(bits)), EVP_PKEY_free}; }
MadeKey ec_key(const char* curve) { return {must(EVP_EC_gen(curve)), EVP_PKEY_free}; }

MadeCertificate make_certificate(const MadeKey& key, const Wanted& wanted) {
  MadeCertificate made{must(X509_new()), X509_free};
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), wanted.serial);
  ASN1_TIME_set(X509_getm_notBefore(made.get()), wanted.not_before);
  ASN1_TIME_set(X509_getm_notAfter(made.get()), wanted.not_after);
  X509_NAME* name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wanted.common_name.c_str()), -1, -1, 0);
  X509_set_issuer_name(made.get(), name);
  X509_set_pubkey(made.get(), key.get());
  if (wanted.key_id) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, made.get(), made.get(), nullptr, nullptr, 0);
    X509_EXTENSION* extension = must(X509V3_EXT_conf_nid(nullptr, &context, NID_subject_key_identifier, "hash"));
    X509_add_ext(made.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  must(X509_sign(made.get(), key.get(), EVP_get_digestbyname(wanted.digest)));
  return made;
}

std::string der(const MadeCertificate& certificate) { return written(i2d_X509, certificate.get()); }

std::string pem(const MadeCertificate& certificate) {
  const std::shared_ptr<BIO> out{BIO_new(BIO_s_mem()), BIO_free_all};
  must(PEM_write_bio_X509(out.get(), certificate.get()));
  return text_of(out.get());
}

std::string pfx(const MadeKey& key, const MadeCertificate& certificate, const char* password, int rounds,
                const MadeCertificate& further) {
  const int certificate_cipher = password == nullptr ? -1 : NID_aes_256_cbc;
  const std::shared_ptr<PKCS12> made{
      must(PKCS12_create(password == nullptr ? "" : password, "name", key.get(), certificate.get(),
                         stack_of(further).get(), NID_aes_256_cbc, certificate_cipher, rounds, 1, 0)),
      PKCS12_free};
  return written(i2d_PKCS12, made.get());
}

std::string enveloped(const MadeCertificate& certificate, const char* cipher, unsigned flags) {
  const auto in = text_in("Pa55w.rd of a test");
  return cms_der(CMS_encrypt(stack_of(certificate).get(), in.get(), EVP_get_cipherbyname(cipher), flags | CMS_BINARY));
}

std::string enveloped_stream(const MadeCertificate& certificate) {
  const auto in = text_in("Pa55w.rd of a test");
  const std::shared_ptr<CMS_ContentInfo> cms{
      must(CMS_encrypt(stack_of(certificate).get(), in.get(), EVP_aes_256_cbc(), CMS_STREAM | CMS_BINARY)),
      CMS_ContentInfo_free};
  const std::shared_ptr<BIO> out{BIO_new(BIO_s_mem()), BIO_free_all};
  must(i2d_CMS_bio_stream(out.get(), cms.get(), in.get(), CMS_STREAM | CMS_BINARY));
  return text_of(out.get());
}

std::string enveloped_oaep(const MadeCertificate& certificate) {
  const auto in = text_in("Pa55w.rd of a test");
  CMS_ContentInfo* cms = must(CMS_encrypt(nullptr, in.get(), EVP_aes_256_cbc(), CMS_PARTIAL | CMS_BINARY));
  CMS_RecipientInfo* recipient = must(CMS_add1_recipient_cert(cms, certificate.get(), CMS_KEY_PARAM));
  EVP_PKEY_CTX_set_rsa_padding(CMS_RecipientInfo_get0_pkey_ctx(recipient), RSA_PKCS1_OAEP_PADDING);
  must(CMS_final(cms, in.get(), nullptr, CMS_BINARY));
  return cms_der(cms);
}

std::string signed_data(const MadeKey& key, const MadeCertificate& certificate) {
  const auto in = text_in("no secret");
  return cms_der(CMS_sign(certificate.get(), key.get(), nullptr, in.get(), CMS_BINARY));
}

}  // namespace nsgcheck::certificate
