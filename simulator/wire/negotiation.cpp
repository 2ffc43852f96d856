// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/negotiation.hpp"

#include <algorithm>

#include "simulator/wire/cursor.hpp"

namespace nsgcheck::wire {
namespace {

constexpr std::uint8_t kRequestType = 1;
constexpr std::uint8_t kCorrelationType = 6;
constexpr std::uint8_t kKnownFlags =
    kRestrictedAdminRequired | kRedirectedAuthenticationRequired | kCorrelationInfoPresent;
constexpr std::uint32_t kKnownProtocols =
    kProtocolSsl | kProtocolHybrid | kProtocolRdstls | kProtocolHybridEx | kProtocolRdsAad;

bool legal_id(const std::array<std::byte, 16>& id) {
  return id.front() != std::byte{0x00} && id.front() != std::byte{0xF4} &&
         std::find(id.begin(), id.end(), std::byte{0x0D}) == id.end();
}

void read_correlation(Cursor& cursor, NegotiationData& data) {
  const bool announced = (data.request->flags & kCorrelationInfoPresent) != 0;
  Cursor ahead = cursor;
  const std::uint8_t type = ahead.u8();
  const std::uint8_t flags = ahead.u8();
  const std::uint16_t length = ahead.le16();
  const auto id = ahead.take(16);
  const auto reserved = ahead.take(16);
  const bool present = ahead.ok() && type == kCorrelationType;
  if (announced != present) data.well_formed = false;
  if (!present) return;
  data.correlation.emplace();
  std::copy(id.begin(), id.end(), data.correlation->id.begin());
  const bool zeros = std::all_of(reserved.begin(), reserved.end(), [](std::byte b) { return b == std::byte{0}; });
  if (flags != 0 || length != CorrelationInfo::kSize || !zeros || !legal_id(data.correlation->id))
    data.well_formed = false;
  cursor = ahead;
}

}  // namespace

NegotiationData read_negotiation(std::span<const std::byte> bytes) {
  NegotiationData data;
  if (bytes.empty()) return data;
  Cursor cursor{bytes};
  const std::uint8_t type = cursor.u8();
  NegotiationRequest request;
  request.flags = cursor.u8();
  const std::uint16_t length = cursor.le16();
  request.protocols = cursor.le32();
  if (!cursor.ok() || type != kRequestType) {
    data.well_formed = false;
    return data;
  }
  data.request = request;
  data.well_formed = length == NegotiationRequest::kSize && (request.flags & ~kKnownFlags) == 0 &&
                     (request.protocols & ~kKnownProtocols) == 0;
  read_correlation(cursor, data);
  data.size = cursor.position();
  return data;
}

std::string_view name(NegotiationFailure failure) {
  switch (failure.code) {
    case 1:
      return "SSL_REQUIRED_BY_SERVER";
    case 2:
      return "SSL_NOT_ALLOWED_BY_SERVER";
    case 3:
      return "SSL_CERT_NOT_ON_SERVER";
    case 4:
      return "INCONSISTENT_FLAGS";
    case 5:
      return "HYBRID_REQUIRED_BY_SERVER";
    case 6:
      return "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER";
    default:
      return "unknown";
  }
}

}  // namespace nsgcheck::wire
