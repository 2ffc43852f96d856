// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/net/address.hpp"

namespace nsgcheck::wire {

/// The session broker's token "msts=<address>.<port>.<reserved>", decoded. On the wire the address is its four bytes
/// read as a little-endian number and the port is byte-swapped, both decimal
/// (IMsRdpClientAdvancedSettings::LoadBalanceInfo).
struct MstsToken {
  net::Ipv4 address;
  std::uint16_t port{};
  std::string reserved = "0000";  ///< digits; may be empty, although its dot may not be left out
  friend bool operator==(const MstsToken&, const MstsToken&) = default;
};

/// Reads "3640205228.15629.0000", the text behind "msts=". Empty when a number is out of range or a dot is missing.
[[nodiscard]] std::optional<MstsToken> parse_msts(std::string_view value);
/// "3640205228.15629.0000" for 172.31.249.216:3389.
[[nodiscard]] std::string to_string(const MstsToken& token);

/// The collection of "tsv://MS Terminal Services Plugin.1.<collection>" or the name of "tsv://VMResource.1.<name>":
/// what follows the plug-in's version. Empty when the text is no such token.
[[nodiscard]] std::optional<std::string_view> tsv_target(std::string_view text);

}  // namespace nsgcheck::wire
