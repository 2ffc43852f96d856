// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/connection_confirm.hpp"

#include "simulator/wire/cursor.hpp"

namespace nsgcheck::wire {
namespace {

constexpr std::size_t kFixedPart = 11;
constexpr std::uint8_t kConnectionConfirm = 0xD0;
constexpr std::uint8_t kResponseType = 2;
constexpr std::uint8_t kFailureType = 3;
constexpr std::uint16_t kNegotiationSize = 8;

void read_negotiation_answer(std::span<const std::byte> bytes, ServerAnswer& answer) {
  Cursor cursor{bytes};
  const std::uint8_t type = cursor.u8();
  const std::uint8_t flags = cursor.u8();
  const std::uint16_t length = cursor.le16();
  const std::uint32_t value = cursor.le32();
  if (!cursor.ok() || length != kNegotiationSize) return;
  if (type == kResponseType) answer.response = NegotiationResponse{flags, value};
  if (type == kFailureType) answer.failure = NegotiationFailure{value};
}

}  // namespace

ServerAnswer read_server_answer(std::span<const std::byte> bytes) {
  ServerAnswer answer;
  if (bytes.empty()) return answer;
  Cursor cursor{bytes};
  const std::uint8_t version = cursor.u8();
  cursor.skip(1);
  const std::size_t length = cursor.be16();
  const std::size_t indicator = cursor.u8();
  const std::uint8_t type = cursor.u8();
  answer.kind = ServerAnswer::Kind::Other;
  if (version != 3) return answer;
  if (cursor.ok() && (type != kConnectionConfirm || length < kFixedPart || indicator + 5 != length)) return answer;
  answer.kind = ServerAnswer::Kind::Incomplete;
  if (!cursor.ok() || bytes.size() < length) return answer;
  answer.kind = ServerAnswer::Kind::Confirm;
  answer.size = length;
  read_negotiation_answer(bytes.first(length).subspan(kFixedPart), answer);
  return answer;
}

}  // namespace nsgcheck::wire
