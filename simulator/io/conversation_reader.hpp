// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/net/five_tuple.hpp"
#include "simulator/flow/connection.hpp"
#include "simulator/io/arrival_reader.hpp"
#include "simulator/io/capture_file.hpp"

namespace nsgcheck::io {

/// A flow of any protocol as a capture shows it. Of TCP a connection; of UDP all datagrams between two ports; of other
/// protocols all packets between two hosts.
struct CapturedFlow {
  net::FiveTuple packet;                    ///< from client to server
  std::optional<std::int64_t> first, last;  ///< milliseconds since 1970; empty where the file gives no time
  bool answered{};                          ///< the server sent something; of TCP: other than a refusal
  bool direction_guessed{};                 ///< no handshake, and of ICMP no request or reply, tells client from server
};

struct ConversationOptions {
  std::uint32_t most_flows = 1'000'000;           ///< held at one time, of TCP and UDP together and of the rest
  std::uint64_t hash_key = 0x9E3779B97F4A7C15;    ///< no result depends on it
  std::function<void(std::uint64_t)> progress{};  ///< told the number of packets now and then
};

/// What a capture held besides the flows that were handed out.
struct ConversationTotals {
  std::uint64_t packets{};
  std::uint64_t not_asked{};         ///< ICMP errors, which belong to the flows they quote, and neighbour discovery
  std::uint64_t handed_out_early{};  ///< flows beyond the bound: what followed of them counts as further flows
  std::uint64_t dropped{};           ///< packets of protocols without ports beyond the bound
  UndecodedFrames undecoded;
  std::vector<CaptureDamage> damage;
  bool readable{true};  ///< false: no record could be read, `damage` says why
};

/// Reads a capture and gives each of its flows once, when it is over or the capture is. `path` "-" is
/// `standard_input`. Never throws for what is in it. Memory: connection_table.hpp, and most_flows times 100 bytes.
[[nodiscard]] ConversationTotals read_conversations(const std::string& path, std::istream& standard_input,
                                                    const ConversationOptions& options,
                                                    const std::function<void(const CapturedFlow&)>& sink);

}  // namespace nsgcheck::io
