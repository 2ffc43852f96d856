// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "simulator/flow/flow_key.hpp"
#include "simulator/wire/plain_frame.hpp"

namespace nsgcheck::flow {

/// What a connection needs of a TCP header.
struct TcpFields {
  std::uint32_t sequence{}, acknowledgment{};
  std::uint8_t flags{};  ///< of the TCP header: wire::kFin and so on, others too

  [[nodiscard]] bool has(int flag) const { return (flags & flag) != 0; }
  [[nodiscard]] bool syn() const { return has(wire::kSyn); }
  [[nodiscard]] bool ack() const { return has(wire::kAck); }
  [[nodiscard]] bool fin() const { return has(wire::kFin); }
  [[nodiscard]] bool rst() const { return has(wire::kRst); }
};

/// What a connection table needs of one packet.
struct Arrival {
  enum class Kind : std::uint8_t { Untracked, Tcp, Udp, IcmpError };

  std::uint64_t frame{};
  std::int64_t time{};  ///< nanoseconds since 1970
  std::uint64_t hash{};
  FlowKey key;                         ///< of an ICMP error: of the packet that it quotes
  Kind kind{};                         ///< the rest counts only for Tcp and Udp
  TcpFields tcp;                       ///< for Tcp
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
  /// The same in place; what `out` was before does not count.
  void place(std::uint64_t frame, std::int64_t time, const wire::PlainPacket& packet, Arrival& out) const;
  [[nodiscard]] std::uint64_t hash_of(const FlowKey& key) const { return hash(key, hash_key_); }

 private:
  [[nodiscard]] bool follows_udp(net::Port one, net::Port other) const {
    return all_udp_ || std::any_of(udp_ports_.begin(), udp_ports_.end(),
                                   [&](net::Port port) { return port == one || port == other; });
  }

  std::vector<net::Port> udp_ports_;
  bool all_udp_;
  std::uint64_t hash_key_;
};

// Here, as every packet needs it.
inline void Placer::place(std::uint64_t frame, std::int64_t time, const wire::PlainPacket& packet, Arrival& out) const {
  out.frame = frame;
  out.time = time;
  if (packet.udp && !follows_udp(packet.source_port, packet.destination_port)) {
    out.kind = Arrival::Kind::Untracked;
    out.payload = {};
    return;
  }
  out.kind = packet.udp ? Arrival::Kind::Udp : Arrival::Kind::Tcp;
  out.key = {pack(net::Ipv4{packet.source}), pack(net::Ipv4{packet.destination}),         packet.source_port,
             packet.destination_port,        (packet.udp ? net::kUdp : net::kTcp).number, net::Family::V4};
  out.hash = hash_of(out.key);
  out.tcp = {packet.sequence, packet.acknowledgment, packet.flags};
  out.payload_length = packet.payload_length;
  out.payload = packet.payload;
}

}  // namespace nsgcheck::flow
