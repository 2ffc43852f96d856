// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/stream_prefix.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "simulator/wire/bytes.hpp"
#include "simulator/wire/cursor.hpp"

namespace nsgcheck::wire {
namespace {

using namespace std::string_view_literals;

constexpr auto kProxy1 = "PROXY "sv;
constexpr std::size_t kProxy1Longest = 107;  // with CR LF; the PROXY protocol's own bound
constexpr auto kProxy2 = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t kProxy2Header = 16;
constexpr std::size_t kPreconnectionHeader = 16;
// Two times 65535 characters and their count; real ones hold the name of a virtual machine.
constexpr std::uint32_t kPreconnectionLongest = 131072 + 18;

StreamPrefix undecided() { return StreamPrefix{PrefixKind::None, 0, true}; }

// True when `text` begins with `word` or is too short to tell.
bool may_begin_with(std::string_view text, std::string_view word) {
  const auto length = std::min(text.size(), word.size());
  return text.substr(0, length) == word.substr(0, length);
}

StreamPrefix find_proxy1(std::string_view text) {
  if (!may_begin_with(text, kProxy1)) return {};
  if (text.size() < kProxy1.size()) return undecided();
  const auto head = text.substr(0, kProxy1Longest);
  const auto end = head.find("\r\n");
  if (end != std::string_view::npos) return {PrefixKind::Proxy, end + 2, false};
  return head.size() < kProxy1Longest ? undecided() : StreamPrefix{};
}

StreamPrefix find_proxy2(std::span<const std::byte> bytes, std::string_view text) {
  if (!may_begin_with(text, kProxy2)) return {};
  Cursor cursor{bytes};
  cursor.skip(kProxy2.size() + 2);
  const std::uint16_t length = cursor.be16();
  if (!cursor.ok()) return undecided();
  return {PrefixKind::Proxy, kProxy2Header + length, false};
}

StreamPrefix find_preconnection(std::span<const std::byte> bytes) {
  Cursor cursor{bytes};
  const std::uint32_t size = cursor.le32();
  if (!cursor.ok()) return {};
  if (size < kPreconnectionHeader || size > kPreconnectionLongest) return {};
  const std::uint32_t flags = cursor.le32();
  if (cursor.ok() && flags != 0) return {};
  const std::uint32_t version = cursor.le32();
  if (!cursor.ok()) return undecided();
  if (version != 1 && version != 2) return {};
  return {PrefixKind::Preconnection, size, false};
}

bool begins_with_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.substr(0, word.size()) == word; });
}

bool is_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t'; });
}

}  // namespace

StreamPrefix find_prefix(std::span<const std::byte> bytes) {
  if (bytes.empty()) return undecided();
  const std::string_view text = as_text(bytes);
  for (const StreamPrefix& found : {find_proxy1(text), find_proxy2(bytes, text), find_preconnection(bytes)})
    if (found.kind != PrefixKind::None || found.undecided) return found;
  return {};
}

std::string_view word(ForeignProtocol protocol) {
  switch (protocol) {
    case ForeignProtocol::Tls:
      return "tls";
    case ForeignProtocol::Http:
      return "http";
    case ForeignProtocol::Ssh:
      return "ssh";
    case ForeignProtocol::Smb:
      return "smb";
    case ForeignProtocol::Sip:
      return "sip";
    case ForeignProtocol::Text:
      return "text";
    case ForeignProtocol::Binary:
      return "binary";
  }
  return "binary";
}

ForeignProtocol guess_protocol(std::span<const std::byte> bytes) {
  const std::string_view text = as_text(first_of(bytes, 64));
  const auto line = text.substr(0, text.find('\r'));
  if (text.size() >= 3 && text.substr(0, 2) == "\x16\x03"sv && text[2] <= '\x04') return ForeignProtocol::Tls;
  if (begins_with_any(text, {"SSH-"sv})) return ForeignProtocol::Ssh;
  if (text.size() >= 8 && (text.substr(4, 4) == "\xffSMB"sv || text.substr(4, 4) == "\xfeSMB"sv))
    return ForeignProtocol::Smb;
  if (line.find("SIP/2.0") != std::string_view::npos) return ForeignProtocol::Sip;
  if (begins_with_any(text, {"GET "sv, "POST "sv, "HEAD "sv, "PUT "sv, "DELETE "sv, "OPTIONS "sv, "CONNECT "sv,
                             "TRACE "sv, "PATCH "sv, "PRI * HTTP/2"sv}))
    return ForeignProtocol::Http;
  return is_text(text) ? ForeignProtocol::Text : ForeignProtocol::Binary;
}

}  // namespace nsgcheck::wire
