// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/rdp_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "analyzer/net/spelling.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using policy::Severity;

/// A key that this command looks at.
struct KnownKey {
  std::string_view key;
  char type;
  bool decides;      ///< where the client connects or what it sends depends on it
  bool long_enough;  ///< to be told from other keys when it is misspelt
};
constexpr std::array kKnownKeys{
    KnownKey{"full address", 's', true, true},
    KnownKey{"alternate full address", 's', true, false},
    KnownKey{"server port", 'i', true, true},
    KnownKey{"loadbalanceinfo", 's', true, true},
    KnownKey{"username", 's', false, true},
    KnownKey{"domain", 's', false, false},
    KnownKey{"gatewayhostname", 's', true, false},
    KnownKey{"gatewayusagemethod", 'i', true, false},
    KnownKey{"negotiate security layer", 'i', true, false},
    KnownKey{"enablecredsspsupport", 'i', false, false},
    KnownKey{"enablerdsaadauth", 'i', false, false},
    KnownKey{"targetisaadjoined", 'i', false, false},
    KnownKey{"authentication level", 'i', false, false},
    KnownKey{"pcb", 's', true, false},
    KnownKey{"password 51", 'b', false, false},
};

const KnownKey* known(std::string_view key) {
  const auto at = std::find_if(kKnownKeys.begin(), kKnownKeys.end(),
                               [&](const KnownKey& one) { return net::same_word(one.key, key); });
  return at == kKnownKeys.end() ? nullptr : &*at;
}

std::string letters_of(std::string_view key) {
  std::string out;
  for (const char c : key)
    if (c != ' ' && c != '_' && c != '-') out += net::lower(c);
  return out;
}

std::optional<std::int64_t> integer(std::string_view text) {
  text = trimmed(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_host_name(std::string_view host) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (net::lower(c) >= 'a' && net::lower(c) <= 'z') || c == '.' || c == '-' || c == '_';
  };
  if (host.empty() || host.size() > 255 || !std::all_of(host.begin(), host.end(), fits)) return false;
  // A last label of digits means an IPv4 address (RFC 3696 2), and this one does not parse as such.
  const std::string_view last = host.substr(host.find_last_of('.') == std::string_view::npos ? 0 : host.rfind('.') + 1);
  return !last.empty() && !std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

RdpFinding finding_at(std::string_view code, Severity severity, const wire::RdpSetting& at, std::string message,
                      std::string fix) {
  const bool blank = trimmed(at.value).empty();
  return {
      std::string{code}, severity, std::move(message), std::move(fix), blank ? at.key_begin : at.value_begin, at.end};
}

bool fits(const KnownKey& key, const wire::RdpSetting& setting) {
  return key.type == setting.type && (key.type != 'i' || integer(setting.value));
}

// Clients pass over such a line.
RdpFinding misfit(const KnownKey& key, const wire::RdpSetting& setting) {
  const Severity severity = key.decides ? Severity::High : Severity::Low;
  if (key.type == setting.type)
    return finding_at("bad-value", severity, setting, fmt::format("\"{}\" is no integer", setting.value),
                      fmt::format("Give \"{}\" a whole number.", key.key));
  return finding_at(
      "wrong-type", severity, setting,
      fmt::format("\"{}\" is of type {}, not {}; clients pass over the line", key.key, key.type, setting.type),
      fmt::format("Write {}:{}:, then the value.", setting.key, key.type));
}

std::optional<net::Port> port_number(std::string_view text) {
  const auto value = integer(text);
  if (!value || *value < 1 || *value > 65535 || text.front() == '-') return std::nullopt;
  return static_cast<net::Port>(*value);
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<RdpServer> parse_rdp_server(std::string_view text) {
  text = trimmed(text);
  RdpServer server;
  std::string_view host = text;
  std::string_view behind;
  if (!text.empty() && text.front() == '[') {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = text.substr(1, close - 1);
    behind = text.substr(close + 1);
    if (!net::parse_ipv6(host)) return std::nullopt;
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    host = text.substr(0, text.find(':'));
    behind = text.substr(text.find(':'));
  }
  if (!behind.empty()) {
    server.port = behind.size() > 1 && behind.front() == ':' ? port_number(behind.substr(1)) : std::nullopt;
    if (!server.port) return std::nullopt;
  }
  server.address = net::parse_address(host);
  if (!server.address && !is_host_name(host)) return std::nullopt;
  server.host = host;
  return server;
}

RdpSettings::RdpSettings(const RdpFile& file) : file_{file} {
  for (const wire::RdpSetting& setting : file.lines.settings) take(setting);
  if (more_ > 0)
    findings_.push_back({"further-lines", Severity::Low, fmt::format("{} further lines have faults like these", more_),
                         "Download the .rdp file anew.", file.document.text.size(), file.document.text.size()});
}

// A file of a megabyte can have one fault a hundred thousand times.
void RdpSettings::add_bounded(RdpFinding finding) {
  constexpr std::size_t kMost = 100;
  if (findings_.size() < kMost)
    findings_.push_back(std::move(finding));
  else
    ++more_;
}

void RdpSettings::add(std::string_view code, Severity severity, const wire::RdpSetting& at, std::string message,
                      std::string fix) {
  findings_.push_back(finding_at(code, severity, at, std::move(message), std::move(fix)));
}

void RdpSettings::unsettle(const std::string& why) {
  if (unsettled_.empty()) unsettled_ = why;
}

void RdpSettings::take(const wire::RdpSetting& setting) {
  const KnownKey* key = known(setting.key);
  if (key == nullptr) judge_unknown(setting);
  if (key != nullptr && !fits(*key, setting)) {
    add_bounded(misfit(*key, setting));
    return;
  }
  const auto [at, fresh] = by_key_.emplace(net::lower(setting.key), &setting);
  if (fresh) return;
  const bool contradicts = trimmed(at->second->value) != trimmed(setting.value);
  const bool decides = contradicts && key != nullptr && key->decides;
  const std::string message =
      fmt::format("\"{}\" is given twice{}", setting.key,
                  contradicts ? " with different values; which line a client takes is not settled" : "");
  const Severity severity = decides ? Severity::High : contradicts ? Severity::Low : Severity::Info;
  add_bounded(finding_at("duplicate-key", severity, setting, message, "Keep one of the lines."));
  if (decides) unsettle(message);
  at->second = &setting;
}

// Clients pass over keys that they do not know, so a misspelt one is as good as missing.
void RdpSettings::judge_unknown(const wire::RdpSetting& setting) {
  constexpr std::size_t kLongest = 32;
  constexpr std::size_t kNear = 2;
  if (setting.key.size() > kLongest) return;
  const std::string letters = letters_of(setting.key);
  for (const KnownKey& one : kKnownKeys) {
    const std::string meant = letters_of(one.key);
    const bool too_short = !one.long_enough || letters.size() + kNear < meant.size();
    if (too_short || net::edit_distance(letters, meant) > kNear) continue;
    RdpFinding finding{"misspelt-key",
                       Severity::Medium,
                       fmt::format("no client knows the key \"{}\"", setting.key),
                       fmt::format("Write \"{}\" if that is meant.", one.key),
                       setting.key_begin,
                       setting.key_begin + setting.key.size()};
    add_bounded(std::move(finding));
    return;
  }
}

const wire::RdpSetting* RdpSettings::find(std::string_view key) const {
  const auto at = by_key_.find(std::string{key});
  return at == by_key_.end() || trimmed(at->second->value).empty() ? nullptr : at->second;
}

std::string_view RdpSettings::text(std::string_view key) const {
  const wire::RdpSetting* setting = find(key);
  return setting == nullptr ? std::string_view{} : trimmed(setting->value);
}

std::optional<std::int64_t> RdpSettings::number(std::string_view key) const {
  const wire::RdpSetting* setting = find(key);
  return setting == nullptr ? std::nullopt : integer(setting->value);
}

}  // namespace nsgcheck::io
