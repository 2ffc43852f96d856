// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "simulator/wire/connection_request.hpp"

namespace nsgcheck::wire {
namespace {

class Writer {
 public:
  void u8(std::size_t value) { bytes_.push_back(static_cast<std::byte>(value & 0xFFU)); }
  void be16(std::size_t value) {
    u8(value >> 8);
    u8(value);
  }
  void le16(std::size_t value) {
    u8(value);
    u8(value >> 8);
  }
  void le32(std::uint32_t value) {
    le16(value & 0xFFFFU);
    le16(value >> 16);
  }
  void text(std::string_view text) {
    for (const char c : text) u8(static_cast<unsigned char>(c));
  }
  void zeros(std::size_t count) { bytes_.resize(bytes_.size() + count); }
  void bytes(std::span<const std::byte> more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

std::size_t total_size(const RequestContent& content) {
  return kRequestHeader + (content.text.empty() ? 0 : content.text.size() + 2) +
         (content.negotiation ? NegotiationRequest::kSize : 0) + (content.correlation ? CorrelationInfo::kSize : 0);
}

void write_negotiation(const RequestContent& content, Writer& writer) {
  const std::uint8_t present = content.correlation ? kCorrelationInfoPresent : std::uint8_t{0};
  writer.u8(1);
  writer.u8(static_cast<std::size_t>(content.negotiation->flags | present));
  writer.le16(NegotiationRequest::kSize);
  writer.le32(content.negotiation->protocols);
  if (!content.correlation) return;
  writer.u8(6);
  writer.u8(0);
  writer.le16(CorrelationInfo::kSize);
  writer.bytes(content.correlation->id);
  writer.zeros(16);
}

}  // namespace

std::string azure_cookie(const CookieNames& names) {
  std::string text = "Cookie: mstshash=" + names.role + '#' + names.instance;
  if (names.endpoint) text += '#' + *names.endpoint;
  return text;
}

std::optional<std::vector<std::byte>> write_connection_request(const RequestContent& content) {
  const std::size_t size = total_size(content);
  if (size > kLongestRequest || content.text.find_first_of("\r\n") != std::string::npos) return std::nullopt;
  if (content.correlation && !content.negotiation) return std::nullopt;
  Writer writer;
  writer.u8(3);
  writer.u8(0);
  writer.be16(size);
  writer.u8(size - 5);
  writer.u8(0xE0);
  writer.be16(0);
  writer.be16(content.source_reference);
  writer.u8(0);
  if (!content.text.empty()) {
    writer.text(content.text);
    writer.text("\r\n");
  }
  if (content.negotiation) write_negotiation(content, writer);
  return writer.take();
}

}  // namespace nsgcheck::wire
