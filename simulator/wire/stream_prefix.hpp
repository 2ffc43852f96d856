// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace nsgcheck::wire {

/// What may stand before a connection request on the same stream.
enum class PrefixKind : std::uint8_t {
  None,
  Proxy,          ///< PROXY protocol header, version 1 or 2
  Preconnection,  ///< RDP preconnection PDU (MS-RDPEPS 2.2.1), as a virtual machine host wants it
};

struct StreamPrefix {
  PrefixKind kind{PrefixKind::None};
  std::size_t size{};     ///< bytes of the prefix; may exceed the bytes given
  bool undecided{false};  ///< more bytes could still turn None into another kind
};

/// Looks for a prefix at the front of a client's stream.
[[nodiscard]] StreamPrefix find_prefix(std::span<const std::byte> bytes);

/// What a stream is that is no RDP.
enum class ForeignProtocol : std::uint8_t { Tls, Http, Ssh, Smb, Sip, Text, Binary };

/// "tls", "http", "ssh", "smb", "sip", "text", "binary".
[[nodiscard]] std::string_view word(ForeignProtocol protocol);

/// Guesses from the first bytes; Binary when nothing else fits.
[[nodiscard]] ForeignProtocol guess_protocol(std::span<const std::byte> bytes);

}  // namespace nsgcheck::wire
