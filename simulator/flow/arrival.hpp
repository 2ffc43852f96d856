// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "simulator/flow/flow_key.hpp"
#include "simulator/wire/frame.hpp"

namespace nsgcheck::flow {

/// What a connection table needs of one packet.
struct Arrival {
  enum class Kind : std::uint8_t { Untracked, Tcp, Udp, IcmpError };

  std::uint64_t frame{};
  std::int64_t time{};  ///< nanoseconds since 1970
  std::uint64_t hash{};
  FlowKey key;                         ///< of an ICMP error: of the packet that it quotes
  Kind kind{};                         ///< the rest counts only for Tcp and Udp
  wire::TcpHeader tcp;                 ///< for Tcp
  std::uint32_t payload_length{};      ///< as sent
  std::span<const std::byte> payload;  ///< as captured; the bytes belong to somebody else
};

/// Makes arrivals of decoded packets. A value of its own, so that another thread than the table's can do this work.
class Placer {
 public:
  /// UDP counts to or from `udp_ports` only, or all of it; `hash_key` as in TableOptions.
  Placer(std::vector<net::Port> udp_ports, bool all_udp, std::uint64_t hash_key)
      : udp_ports_{std::move(udp_ports)}, all_udp_{all_udp}, hash_key_{hash_key} {}

  /// The payload of the result views that of `packet`.
  [[nodiscard]] Arrival operator()(std::uint64_t frame, std::int64_t time, const wire::Packet& packet) const;
  [[nodiscard]] std::uint64_t hash_of(const FlowKey& key) const { return hash(key, hash_key_); }

 private:
  std::vector<net::Port> udp_ports_;
  bool all_udp_;
  std::uint64_t hash_key_;
};

}  // namespace nsgcheck::flow
