// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "analyzer/net/five_tuple.hpp"

namespace nsgcheck::io {

/// Where in its life a flow was when it was logged. Version 1 does not say.
enum class FlowState : std::uint8_t { NotLogged, Begin, Continuing, End, Deny };

/// Packets and bytes of one way since the last entry of the same flow; empty where the log leaves them out.
struct FlowCount {
  std::optional<std::uint64_t> packets, bytes;
};

/// A tuple of a flow log, in exact values.
struct FlowTuple {
  std::int64_t time{};  ///< milliseconds since 1970, UTC
  net::Direction direction{};
  net::FiveTuple packet;  ///< source and destination as the NSG sees them
  bool allowed{};
  FlowState state{FlowState::NotLogged};
  std::string encryption;  ///< VNet flow logs: "X", "NX", "NX_HW_NOT_SUPPORTED", ...
  FlowCount sent;          ///< source to destination
  FlowCount received;
};

/// Reads `time,source,destination,sourcePort,destinationPort,protocol,direction,...` of any version; which one is told
/// by its fields (protocol T or U, or a number). The error quotes the field that is wrong; no trailing full stop.
[[nodiscard]] tl::expected<FlowTuple, std::string> parse_flow_tuple(std::string_view text);

}  // namespace nsgcheck::io
