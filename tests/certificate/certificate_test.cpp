// SPDX-License-Identifier: Apache-2.0
#include "analyzer/certificate/certificate.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/certificate/command_line.hpp"
#include "tests/certificate/made.hpp"

namespace nsgcheck::certificate::certificate_test {
namespace {

constexpr std::int64_t kDay = 86'400;

CertificateFault fault_of(std::string_view bytes) {
  const auto read = read_certificate(bytes);
  EXPECT_FALSE(read.has_value());
  if (read) return {};
  EXPECT_FALSE(read.error().message.empty());
  return read.error().fault;
}

const MadeKey& key() {
  static const MadeKey made = rsa_key(2048);
  return made;
}

// What the program openssl says of the same certificate.
TEST(ReadCertificate, AgreesWithTheCommandLine) {
  const auto read = read_certificate(kCommandLineCertificate);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->thumbprint, "CE822FB6370DAFE259EE2BE02663960C4530DFE2");
  EXPECT_EQ(read->serial, "102A0");
  EXPECT_EQ(read->subject, "O=Contoso,CN=Windows Azure Tools");
  EXPECT_EQ(read->issuer, read->subject);
  EXPECT_TRUE(read->self_issued);
  EXPECT_EQ(read->key_id, "49D6CF6B68E7E710B2F6BEE8FCA4E2D0639B6D2B");
  EXPECT_EQ(read->key.name, "rsaEncryption");
  EXPECT_EQ(read->key_bits, 2048);
  EXPECT_EQ(read->signature.name, "sha256WithRSAEncryption");
  EXPECT_EQ(read->not_before, 1'795'709'743);
  EXPECT_EQ(read->not_after, 2'111'069'743);
  EXPECT_EQ(read->others, 0U);
}

TEST(ReadCertificate, TakesEveryFormOfFile) {
  const MadeCertificate made = make_certificate(key(), {});
  const MadeCertificate further = make_certificate(key(), {"Another", 2});
  struct Row {
    const char* name;
    std::string bytes;
    std::size_t others;
  };
  const std::vector<Row> rows{
      {"DER", der(made), 0},
      {"PEM", pem(made), 0},
      {"PEM with a byte order mark and CR LF", "\xEF\xBB\xBF\r\n" + pem(made), 0},
      {"PEM after a comment", "Bag Attributes\n    friendlyName: x\n" + pem(made), 0},
      {"PEM of a chain", pem(made) + pem(further), 1},
      {"PEM behind other PEM", "-----BEGIN DH PARAMETERS-----\nMAYCAQcCAQI=\n-----END DH PARAMETERS-----\n" + pem(made),
       0},
      {"PFX, certificate not encrypted", pfx(key(), made, nullptr, 2048), 0},
      {"PFX, encrypted with the empty password", pfx(key(), made, "", 2048), 0},
      {"PFX with a chain", pfx(key(), made, nullptr, 2048, further), 1},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto read = read_certificate(row.bytes);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->subject, "CN=Windows Azure Tools");
    EXPECT_EQ(read->thumbprint, read_certificate(der(made))->thumbprint);
    EXPECT_EQ(read->others, row.others);
  }
}

TEST(ReadCertificate, SaysWhyBytesAreNone) {
  const MadeCertificate made = make_certificate(key(), {});
  const std::string whole = der(made);
  std::string damaged = whole;
  damaged[4] = 0x05;  // NULL where a SEQUENCE must be
  struct Row {
    const char* name;
    std::string bytes;
    CertificateFault fault;
  };
  const std::vector<Row> rows{
      {"nothing", "", CertificateFault::Empty},
      {"blanks", " \r\n", CertificateFault::Empty},
      {"text", "thumbprint", CertificateFault::NotACertificate},
      {"PEM of something else", "-----BEGIN DH PARAMETERS-----\nMAYCAQcCAQI=\n-----END DH PARAMETERS-----\n",
       CertificateFault::NotACertificate},
      {"DER cut in the middle", whole.substr(0, whole.size() / 2), CertificateFault::Truncated},
      {"DER without its last byte", whole.substr(0, whole.size() - 1), CertificateFault::Truncated},
      {"DER cut in its header", whole.substr(0, 3), CertificateFault::Truncated},
      {"DER of another structure", damaged, CertificateFault::Damaged},
      {"PEM without end", pem(made).substr(0, 300), CertificateFault::Truncated},
      {"PEM with a letter too many", "-----BEGIN CERTIFICATE-----\n*AAA\n-----END CERTIFICATE-----\n",
       CertificateFault::Damaged},
      {"PFX with a password", pfx(key(), made, "secret", 2048), CertificateFault::NeedsPassword},
      {"PFX that demands too much work", pfx(key(), made, "", 100'001), CertificateFault::NeedsPassword},
      {"PFX with a key only", pfx(key(), nullptr, nullptr, 2048), CertificateFault::NoCertificate},
      {"PFX cut", pfx(key(), made, nullptr, 2048).substr(0, 900), CertificateFault::Truncated},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(fault_of(row.bytes), row.fault);
  }
}

TEST(ReadCertificate, NamesWeakKeysAndSignatures) {
  struct Row {
    const char* name;
    MadeKey key;
    const char* digest;
    int bits;
    bool weak_key;
    bool weak_signature;
  };
  const std::vector<Row> rows{
      {"RSA 2048, SHA-256", key(), "SHA256", 2048, false, false},
      {"RSA 1024, SHA-256", rsa_key(1024), "SHA256", 1024, true, false},
      {"RSA 2047, SHA-512", rsa_key(2047), "SHA512", 2047, true, false},
      {"RSA 2048, SHA-1", key(), "SHA1", 2048, false, true},
      {"RSA 2048, MD5", key(), "MD5", 2048, false, true},
      {"EC P-256, SHA-256", ec_key("P-256"), "SHA256", 256, false, false},
      {"EC P-192, SHA-1", ec_key("P-192"), "SHA1", 192, true, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Wanted wanted;
    wanted.digest = row.digest;
    const auto read = read_certificate(der(make_certificate(row.key, wanted)));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->key_bits, row.bits);
    EXPECT_EQ(read->key.weak, row.weak_key);
    EXPECT_EQ(read->signature.weak, row.weak_signature) << read->signature.name;
  }
}

TEST(ReadCertificate, EscapesItsNames) {
  Wanted wanted;
  wanted.common_name = "Mi\xC3\xBCller, \x1B[2J<script>";
  const auto read = read_certificate(der(make_certificate(key(), wanted)));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->subject, "CN=Mi\\C3\\BCller\\, \\1B[2J\\<script\\>");
}

TEST(ReadCertificate, WritesSerialNumbersWithoutLeadingZeros) {
  Wanted wanted;
  wanted.serial = 0;
  EXPECT_EQ(read_certificate(der(make_certificate(key(), wanted)))->serial, "0");
  wanted.serial = 0x0A0B;
  EXPECT_EQ(read_certificate(der(make_certificate(key(), wanted)))->serial, "A0B");
}

TEST(Validity, HoldsBothEnds) {
  Wanted wanted;
  wanted.not_before = 1'700'000'000;
  wanted.not_after = 1'700'000'000 + 365 * kDay;
  const auto read = read_certificate(der(make_certificate(key(), wanted)));
  ASSERT_TRUE(read);
  struct Row {
    std::int64_t now;
    Validity validity;
  };
  for (const Row& row : std::vector<Row>{{wanted.not_before - 1, Validity::NotYetValid},
                                         {wanted.not_before, Validity::Valid},
                                         {wanted.not_after, Validity::Valid},
                                         {wanted.not_after + 1, Validity::Expired}})
    EXPECT_EQ(validity_at(*read, row.now), row.validity) << row.now;
  EXPECT_EQ(expires_before(*read, wanted.not_after), false);
  EXPECT_EQ(expires_before(*read, wanted.not_after + 1), true);
  Certificate unreadable = *read;
  unreadable.not_after.reset();
  EXPECT_EQ(validity_at(unreadable, wanted.not_before), Validity::Unknown);
  EXPECT_EQ(validity_at(unreadable, wanted.not_before - 1), Validity::NotYetValid);
  EXPECT_EQ(expires_before(unreadable, 0), std::nullopt);
}

// Beyond 2049 a certificate writes its dates in another way (RFC 5280, 4.1.2.5).
TEST(Validity, ReadsBothWaysOfWritingADate) {
  Wanted wanted;
  wanted.not_before = 631'152'000;   // 1990-01-01
  wanted.not_after = 3'000'000'000;  // 2065-01-24
  const auto read = read_certificate(der(make_certificate(key(), wanted)));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->not_before, wanted.not_before);
  EXPECT_EQ(read->not_after, wanted.not_after);
}

TEST(ParseThumbprint, Table) {
  const std::string digits = "CE822FB6370DAFE259EE2BE02663960C4530DFE2";
  struct Row {
    const char* name;
    std::string text;
    bool read;
    bool hidden;
  };
  const std::vector<Row> rows{
      {"as Azure names it", digits, true, false},
      {"lower case", "ce822fb6370dafe259ee2be02663960c4530dfe2", true, false},
      {"as the certificate dialog shows it", "ce 82 2f b6 37 0d af e2 59 ee 2b e0 26 63 96 0c 45 30 df e2", true,
       false},
      {"as openssl shows it", "CE:82:2F:B6:37:0D:AF:E2:59:EE:2B:E0:26:63:96:0C:45:30:DF:E2", true, false},
      {"copied with a mark in front", "\u200E" + digits, true, true},
      {"a zero-width blank inside", digits.substr(0, 20) + "\u200B" + digits.substr(20), true, true},
      {"no-break blanks", "CE\u00A0822FB6370DAFE259EE2BE02663960C4530DFE2 ", true, false},
      {"a digit short", digits.substr(1), false, false},
      {"a digit too many", digits + "0", false, false},
      {"SHA-256", digits + "00112233445566778899AABB", false, false},
      {"no digit", "G" + digits.substr(1), false, false},
      {"nothing", "", false, false},
      {"marks only", "\u200E\u200F", false, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_thumbprint(row.text);
    ASSERT_EQ(parsed.has_value(), row.read);
    if (!parsed) continue;
    EXPECT_EQ(parsed->digits, digits);
    EXPECT_EQ(parsed->hidden, row.hidden);
  }
}

}  // namespace
}  // namespace nsgcheck::certificate::certificate_test
