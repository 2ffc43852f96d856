// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/cloud_passwords.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/certificate/certificate.hpp"
#include "analyzer/certificate/encrypted_password.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using certificate::Certificate;
using certificate::EncryptedPassword;
using PasswordKind = model::PasswordFaultKind;

/// Judges the password of one role.
class PasswordCheck {
 public:
  PasswordCheck(const model::CloudRole& role, const model::NamedValue& setting, std::vector<model::PasswordFault>& out)
      : role_{role}, setting_{setting}, out_{out}, span_{role.span} {
    // Outputs quote the place of a finding: never that of the password.
    for (const model::CertificateReference& named : role.certificates)
      if (net::same_word(named.name, model::kPasswordCertificate)) span_ = named.span;
  }

  [[nodiscard]] std::optional<EncryptedPassword> read() {
    auto password = certificate::read_encrypted_password(setting_.value);
    if (!password) {
      add(PasswordKind::Unreadable,
          fmt::format("AccountEncryptedPassword is not to be read: {}", password.error().message));
      return std::nullopt;
    }
    if (password->content_cipher.weak)
      add(PasswordKind::Weak, fmt::format("the password is encrypted with {}", password->content_cipher.name));
    return *std::move(password);
  }

  void hold_against(const EncryptedPassword& password, const Certificate& certificate) {
    switch (certificate::fit(password, certificate)) {
      case certificate::Fit::Recipient:
        break;
      case certificate::Fit::SameIssuerOnly:
        add(PasswordKind::OtherRecipient,
            fmt::format("the password is encrypted for another certificate of the same name: serial number {}, the one "
                        "given has {}",
                        serials(password), certificate.serial));
        break;
      case certificate::Fit::Other:
        add(PasswordKind::OtherRecipient,
            fmt::format("the password is not encrypted for the certificate given, {}", certificate.subject));
        break;
      case certificate::Fit::Unknown:
        add(PasswordKind::OtherRecipient, "the password does not tell for which certificate it is encrypted", true);
        break;
    }
    for (const model::CertificateReference& named : role_.certificates) {
      if (!net::same_word(named.name, model::kPasswordCertificate)) continue;
      const auto thumbprint = certificate::parse_thumbprint(named.thumbprint);
      if (thumbprint && thumbprint->digits != certificate.thumbprint)
        add(PasswordKind::OtherRecipient, fmt::format("it names the certificate {}, the one given is {}",
                                                      thumbprint->digits, certificate.thumbprint));
    }
    if (certificate.key.weak)
      add(PasswordKind::Weak,
          fmt::format("the key of the certificate is {} of {} bits", certificate.key.name, certificate.key_bits));
    if (certificate.signature.weak)
      add(PasswordKind::Weak, fmt::format("the certificate is signed with {}", certificate.signature.name));
  }

  void judge_time(const Certificate& certificate, const model::Account& account, std::int64_t now) {
    switch (certificate::validity_at(certificate, now)) {
      case certificate::Validity::Expired:
        return add(PasswordKind::CertificateEnds, "the certificate of the password has expired");
      case certificate::Validity::NotYetValid:
        return add(PasswordKind::CertificateEnds, "the certificate of the password is not valid yet");
      case certificate::Validity::Unknown:
        return add(PasswordKind::CertificateEnds, "the dates of the certificate are not to be read", true);
      case certificate::Validity::Valid:
        break;
    }
    if (account.expiration && certificate::expires_before(certificate, *account.expiration).value_or(false))
      add(PasswordKind::CertificateEnds, "the certificate of the password ends before the account does");
  }

 private:
  static std::string serials(const EncryptedPassword& password) {
    std::string out;
    for (const certificate::Recipient& one : password.recipients) out += (out.empty() ? "" : ", ") + one.serial;
    return out;
  }

  void add(PasswordKind kind, std::string message, bool unknown = false) {
    out_.push_back({kind, role_.name, std::move(message), span_, unknown});
  }

  const model::CloudRole& role_;
  const model::NamedValue& setting_;
  std::vector<model::PasswordFault>& out_;
  model::SourceSpan span_;
};

}  // namespace

tl::expected<void, std::string> check_passwords(model::Deployment& deployment,
                                                std::optional<std::string_view> certificate,
                                                std::optional<std::int64_t> now) {
  std::optional<Certificate> read;
  if (certificate) {
    auto facts = certificate::read_certificate(*certificate);
    if (!facts) return tl::unexpected{facts.error().message};
    read = *std::move(facts);
  }
  if (!deployment.service) return {};
  model::CloudService& service = *deployment.service;
  service.password_faults.clear();
  for (const model::CloudRole& role : service.roles) {
    const model::NamedValue* setting = role.setting(model::kAccountPassword);
    // That there is none is a fault of its own.
    if (setting == nullptr || setting->value.find_first_not_of(" \t\r\n") == std::string::npos) continue;
    PasswordCheck check{role, *setting, service.password_faults};
    const auto password = check.read();
    if (!password || !read) continue;
    check.hold_against(*password, *read);
    const auto deployed = std::find_if(deployment.roles.begin(), deployment.roles.end(),
                                       [&](const model::Role& one) { return one.name == role.name; });
    const model::Account account =
        deployed == deployment.roles.end() ? model::Account{} : deployment.account_of(*deployed);
    if (now) check.judge_time(*read, account, *now);
  }
  return {};
}

}  // namespace nsgcheck::io
