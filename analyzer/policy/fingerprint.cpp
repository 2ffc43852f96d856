// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/fingerprint.hpp"

// The calls of OpenSSL 3 look for an implementation each time, and first read the configuration of the machine.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "analyzer/net/text.hpp"

namespace nsgcheck::policy {
namespace {

// A separator that no name, address or number holds, so that two meanings cannot give one text.
constexpr char kEnd = '\0';

void put(std::string& text, std::string_view part) {
  text += part;
  text += kEnd;
}

void put_regions(std::string& text, const std::vector<NamedRegion>& regions) {
  std::vector<std::string> lines;
  for (const NamedRegion& region : regions) {
    std::string line;
    for (const auto* side :
         {&region.protocols, &region.source, &region.source_ports, &region.destination, &region.destination_ports}) {
      for (const std::string& item : *side) put(line, net::lower(item));
      line += kEnd;
    }
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) put(text, line);
  text += kEnd;
}

// The first half of a SHA-256, in hex digits.
std::string digest_of(const std::string& text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256_CTX hash{};
  SHA256_Init(&hash);
  SHA256_Update(&hash, text.data(), text.size());
  SHA256_Final(digest.data(), &hash);
  std::string hex;
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < digest.size() / 2; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

}  // namespace

std::string fingerprint(const Finding& finding, const std::string& nsg_name, const std::string& subject) {
  std::string text;
  put(text, finding.policy->id);
  put(text, net::lower(nsg_name));
  put(text, finding.direction ? model::name(*finding.direction) : "");
  put(text, finding.status == Status::Unknown ? "unknown" : "violated");
  put(text, finding.reason ? model::code(*finding.reason) : "");
  put(text, subject);
  put_regions(text, finding.region);
  put_regions(text, finding.unknown_region);
  return digest_of(text);
}

std::string fingerprint_in(const model::Nsg& nsg, const std::string& fingerprint) {
  if (!nsg.id) return fingerprint;
  std::string text;
  put(text, fingerprint);
  put(text, net::lower(*nsg.id));
  return digest_of(text);
}

void tell_apart(std::span<const JudgedNsg> audited) {
  const auto name = [](const JudgedNsg& one) { return net::lower(one.nsg->name); };
  std::map<std::string, std::set<std::string>> ids;
  for (const JudgedNsg& one : audited) ids[name(one)].insert(net::lower(one.nsg->id.value_or("")));
  for (const JudgedNsg& one : audited) {
    if (ids[name(one)].size() < 2) continue;
    for (Finding& finding : one.audit->findings) finding.fingerprint = fingerprint_in(*one.nsg, finding.fingerprint);
  }
}

}  // namespace nsgcheck::policy
