// SPDX-License-Identifier: Apache-2.0
#include "analyzer/certificate/encrypted_password.hpp"

#include <gtest/gtest.h>
#include <openssl/cms.h>

#include <vector>

#include "analyzer/certificate/base64.hpp"
#include "tests/certificate/command_line.hpp"
#include "tests/certificate/made.hpp"

namespace nsgcheck::certificate::encrypted_password_test {
namespace {

const MadeKey& key() {
  static const MadeKey made = rsa_key(2048);
  return made;
}

Certificate facts(const MadeCertificate& made) { return *read_certificate(der(made)); }

EncryptedPassword read(std::string_view bytes) {
  const auto password = read_encrypted_password(encode_base64(bytes));
  EXPECT_TRUE(password) << (password ? "" : password.error().message);
  return password ? *password : EncryptedPassword{};
}

TEST(EncryptedPassword, TellsItsRecipientFromOtherCertificates) {
  const MadeCertificate right = make_certificate(key(), {"Windows Azure Tools", 17});
  const MadeCertificate renewed = make_certificate(rsa_key(2048), {"Windows Azure Tools", 18});
  const MadeCertificate spelled = make_certificate(key(), {"WINDOWS  azure tools", 17});
  const MadeCertificate foreign = make_certificate(key(), {"Another", 17});
  Wanted unmarked{"Windows Azure Tools", 17};
  unmarked.key_id = false;
  struct Row {
    const char* name;
    unsigned flags;
    MadeCertificate given;
    Fit fit;
  };
  const std::vector<Row> rows{
      {"the recipient", 0, right, Fit::Recipient},
      {"same subject, other serial and key", 0, renewed, Fit::SameIssuerOnly},
      {"a name that differs in case and blanks only (RFC 5280, 7.1)", 0, spelled, Fit::Recipient},
      {"another name", 0, foreign, Fit::Other},
      {"by key identifier: the recipient", CMS_USE_KEYID, right, Fit::Recipient},
      {"by key identifier: same subject, other key", CMS_USE_KEYID, renewed, Fit::Other},
      {"by key identifier: a certificate without", CMS_USE_KEYID, make_certificate(key(), unmarked), Fit::Unknown},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const EncryptedPassword password = read(enveloped(right, "AES-256-CBC", row.flags));
    ASSERT_EQ(password.recipients.size(), 1U);
    EXPECT_EQ(password.recipients[0].kind, RecipientKind::KeyTransport);
    EXPECT_EQ(password.recipients[0].key_encryption.name, "rsaEncryption");
    EXPECT_EQ(password.recipients[0].serial, row.flags == 0 ? "11" : "");
    EXPECT_EQ(password.recipients[0].issuer, row.flags == 0 ? "CN=Windows Azure Tools" : "");
    EXPECT_EQ(password.recipients[0].key_id, row.flags == 0 ? "" : facts(right).key_id);
    EXPECT_EQ(fit(password, facts(row.given)), row.fit);
  }
}

TEST(EncryptedPassword, KnowsKeyAgreementAndOaep) {
  const MadeCertificate agreed = make_certificate(ec_key("P-256"), {"Curve", 5});
  const EncryptedPassword agreement = read(enveloped(agreed, "AES-128-CBC"));
  ASSERT_EQ(agreement.recipients.size(), 1U);
  EXPECT_EQ(agreement.recipients[0].kind, RecipientKind::KeyAgreement);
  EXPECT_EQ(fit(agreement, facts(agreed)), Fit::Recipient);
  const MadeCertificate right = make_certificate(key(), {});
  const EncryptedPassword oaep = read(enveloped_oaep(right));
  ASSERT_EQ(oaep.recipients.size(), 1U);
  EXPECT_EQ(oaep.recipients[0].key_encryption.name, "rsaesOaep");
  EXPECT_EQ(fit(oaep, facts(right)), Fit::Recipient);
}

// An encrypted content with another cipher's name on it: RC2 and RC4 are not in OpenSSL's default provider.
std::string renamed(std::string bytes, char last) {
  const std::string triple_des{"\x2A\x86\x48\x86\xF7\x0D\x03\x07", 8};
  const auto at = bytes.find(triple_des);
  EXPECT_NE(at, std::string::npos);
  bytes[at + 7] = last;
  return bytes;
}

TEST(EncryptedPassword, NamesWeakCiphers) {
  const MadeCertificate right = make_certificate(key(), {});
  const std::string triple_des = enveloped(right, "DES-EDE3-CBC");
  struct Row {
    const char* name;
    std::string bytes;
    bool weak;
  };
  const std::vector<Row> rows{
      {"des-ede3-cbc", triple_des, true},
      {"des-cbc", *decode_base64(kDesPassword), true},
      {"rc2-cbc", renamed(triple_des, 0x02), true},
      {"rc4", renamed(triple_des, 0x04), true},
      {"aes-128-cbc", enveloped(right, "AES-128-CBC"), false},
      {"aes-256-cbc", enveloped(right, "AES-256-CBC"), false},
      {"1.2.840.113549.3.99", renamed(triple_des, 99), false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const EncryptedPassword password = read(row.bytes);
    EXPECT_EQ(password.content_cipher.name, row.name);
    EXPECT_EQ(password.content_cipher.weak, row.weak);
    EXPECT_GE(password.content_bytes, 8U);
  }
}

TEST(EncryptedPassword, OfTheCommandLineIsForItsCertificate) {
  const auto password = read_encrypted_password(kDesPassword);
  ASSERT_TRUE(password) << password.error().message;
  EXPECT_EQ(fit(*password, *read_certificate(kCommandLineCertificate)), Fit::Recipient);
  EXPECT_EQ(password->content_bytes, 8U);
  EXPECT_EQ(password->trailing_bytes, 0U);
}

// Streamed structures have lengths that are not told beforehand.
TEST(EncryptedPassword, ReadsIndefiniteLengths) {
  const MadeCertificate right = make_certificate(key(), {});
  const std::string streamed = enveloped_stream(right);
  ASSERT_EQ(streamed.substr(0, 2), "\x30\x80");
  const EncryptedPassword password = read(streamed);
  EXPECT_EQ(password.content_cipher.name, "aes-256-cbc");
  EXPECT_EQ(fit(password, facts(right)), Fit::Recipient);
}

TEST(EncryptedPassword, SaysWhatIsWrong) {
  const MadeCertificate right = make_certificate(key(), {});
  const std::string whole = enveloped(right, "AES-256-CBC");
  const std::string text = encode_base64(whole);
  std::string odd = whole;
  odd[15] = 0x05;  // NULL where [0] must be
  struct Row {
    const char* name;
    std::string text;
    PasswordFault fault;
    std::size_t offset;
  };
  const std::vector<Row> rows{
      {"nothing", "", PasswordFault::Empty, 0},
      {"blanks", " \n", PasswordFault::Empty, 0},
      {"the password itself", "Pa55w.rd", PasswordFault::NotBase64, 5},
      {"a letter too few", text.substr(0, text.size() - 1), PasswordFault::NotBase64, text.size() - 1},
      {"a byte of no alphabet", text.substr(0, 8) + "\xC3" + text.substr(8), PasswordFault::NotBase64, 8},
      {"padding in the middle", "MII=" + text.substr(4), PasswordFault::NotBase64, 4},
      {"padding out of place", "M===", PasswordFault::NotBase64, 1},
      {"base64 of a text", encode_base64("password"), PasswordFault::NotCms, 0},
      {"cut at a group", text.substr(0, 400), PasswordFault::Truncated, 0},
      {"a stream cut", encode_base64(enveloped_stream(right).substr(0, 60)), PasswordFault::Truncated, 0},
      {"cut in its header", text.substr(0, 4), PasswordFault::Truncated, 0},
      {"another structure inside", encode_base64(odd), PasswordFault::Damaged, 0},
      {"a signature instead", encode_base64(signed_data(key(), right)), PasswordFault::WrongContentType, 0},
      {"a certificate instead", encode_base64(der(right)), PasswordFault::Damaged, 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto password = read_encrypted_password(row.text);
    ASSERT_FALSE(password.has_value());
    EXPECT_EQ(password.error().fault, row.fault) << password.error().message;
    EXPECT_EQ(password.error().offset, row.offset);
    EXPECT_EQ(password.error().message.find("Pa55"), std::string::npos);
  }
}

TEST(EncryptedPassword, ForgivesBlanksAndCountsWhatFollows) {
  const MadeCertificate right = make_certificate(key(), {});
  const std::string whole = enveloped(right, "AES-256-CBC");
  std::string wrapped = "\r\n    ";
  for (const char c : encode_base64(whole)) wrapped += std::string(1, c) + (wrapped.size() % 64 == 0 ? "\r\n\t" : "");
  const auto password = read_encrypted_password(wrapped);
  ASSERT_TRUE(password) << password.error().message;
  EXPECT_EQ(password->trailing_bytes, 0U);
  EXPECT_EQ(read(whole + "abc").trailing_bytes, 3U);
}

TEST(Base64, GoesThereAndBack) {
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "fooba", "foobar"})
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
  // RFC 4648, 10.
  EXPECT_EQ(encode_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode_base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encode_base64("foob"), "Zm9vYg==");
}

}  // namespace
}  // namespace nsgcheck::certificate::encrypted_password_test
