// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace nsgcheck::wire {

/// Bits of NegotiationRequest::flags.
inline constexpr std::uint8_t kRestrictedAdminRequired = 0x01;
inline constexpr std::uint8_t kRedirectedAuthenticationRequired = 0x02;
inline constexpr std::uint8_t kCorrelationInfoPresent = 0x08;

/// Bits of the requested and values of the selected protocol.
inline constexpr std::uint32_t kProtocolRdp = 0x00;
inline constexpr std::uint32_t kProtocolSsl = 0x01;
inline constexpr std::uint32_t kProtocolHybrid = 0x02;
inline constexpr std::uint32_t kProtocolRdstls = 0x04;
inline constexpr std::uint32_t kProtocolHybridEx = 0x08;
inline constexpr std::uint32_t kProtocolRdsAad = 0x10;

/// RDP_NEG_REQ (MS-RDPBCGR 2.2.1.1.1), 8 bytes on the wire.
struct NegotiationRequest {
  static constexpr std::size_t kSize = 8;
  std::uint8_t flags{};
  std::uint32_t protocols{};
  friend bool operator==(const NegotiationRequest&, const NegotiationRequest&) = default;
};

/// RDP_NEG_CORRELATION_INFO (MS-RDPBCGR 2.2.1.1.2), 36 bytes on the wire. The id must not begin with 0x00 or 0xF4 nor
/// hold 0x0D, so that a parser that looks for CR LF is not led astray.
struct CorrelationInfo {
  static constexpr std::size_t kSize = 36;
  std::array<std::byte, 16> id{};
  friend bool operator==(const CorrelationInfo&, const CorrelationInfo&) = default;
};

/// What follows the routing text of a connection request.
struct NegotiationData {
  std::optional<NegotiationRequest> request;   ///< set when 8 bytes of type 1 are there, well-formed or not
  std::optional<CorrelationInfo> correlation;  ///< set when 36 bytes of type 6 follow it
  std::size_t size{};                          ///< bytes that the two take
  bool well_formed{true};
};

/// Reads the structures at the front of `bytes`; what follows them is left alone. No bytes: no structures, well-formed.
[[nodiscard]] NegotiationData read_negotiation(std::span<const std::byte> bytes);

/// RDP_NEG_RSP (MS-RDPBCGR 2.2.1.2.1).
struct NegotiationResponse {
  std::uint8_t flags{};
  std::uint32_t selected_protocol{};
  friend bool operator==(const NegotiationResponse&, const NegotiationResponse&) = default;
};

/// RDP_NEG_FAILURE (MS-RDPBCGR 2.2.1.2.2).
struct NegotiationFailure {
  std::uint32_t code{};
  friend bool operator==(const NegotiationFailure&, const NegotiationFailure&) = default;
};

/// "SSL_REQUIRED_BY_SERVER" and so on; "unknown" for a code that MS-RDPBCGR does not name.
[[nodiscard]] std::string_view name(NegotiationFailure failure);

}  // namespace nsgcheck::wire
