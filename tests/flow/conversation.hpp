// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/flow/connection_table.hpp"

namespace nsgcheck::flow {

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}

inline std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Letters as tcpdump prints them: S syn, A ack, F fin, R rst, P psh.
inline wire::TcpHeader tcp_header(std::string_view flags, std::uint32_t sequence, std::uint32_t acknowledgment) {
  const auto has = [flags](char letter) { return flags.find(letter) != std::string_view::npos; };
  return {sequence, acknowledgment, has('S'), has('A'), has('F'), has('R'), has('P'), 64000};
}

inline const net::FiveTuple kToServer{net::kTcp, net::Ipv4{0xCB00710A}, 50000, net::Ipv4{0xC6336414}, 3389};

inline net::FiveTuple reply_to(net::FiveTuple tuple) {
  std::swap(tuple.source, tuple.destination);
  std::swap(tuple.source_port, tuple.destination_port);
  return tuple;
}

/// Feeds a table packet by packet and collects what comes out. Frames count from 1, one millisecond apart.
class Conversation {
 public:
  explicit Conversation(TableOptions options = {}, net::FiveTuple to_server = kToServer)
      : to_server_{std::move(to_server)}, table_{std::move(options), [this](Connection&& connection) {
                                                   connections_.push_back(std::move(connection));
                                                 }} {}

  Conversation& client(std::string_view flags, std::uint32_t sequence, std::uint32_t acknowledgment = 0,
                       std::string_view payload = {}) {
    return send(to_server_, flags, sequence, acknowledgment, payload, payload.size());
  }
  Conversation& server(std::string_view flags, std::uint32_t sequence, std::uint32_t acknowledgment = 0,
                       std::string_view payload = {}) {
    return send(reply_to(to_server_), flags, sequence, acknowledgment, payload, payload.size());
  }
  /// A segment of the client of which only `captured` was kept.
  Conversation& cut_client(std::uint32_t sequence, std::string_view captured, std::size_t sent) {
    return send(to_server_, "PA", sequence, kServerIsn + 1, captured, sent);
  }
  Conversation& icmp_about(const net::FiveTuple& tuple) {
    wire::Packet packet;
    packet.tuple = {net::kIcmp, tuple.destination, 0, tuple.source, 0};
    packet.icmp_about = tuple;
    return add(packet);
  }
  Conversation& datagram(const net::FiveTuple& tuple, std::string_view payload) {
    wire::Packet packet;
    packet.tuple = tuple;
    packet.payload = bytes_of(payload);
    packet.payload_length = static_cast<std::uint32_t>(payload.size());
    return add(packet);
  }
  /// SYN, SYN-ACK, ACK: frames 1 to 3 of a fresh conversation.
  Conversation& handshake() {
    return client("S", kClientIsn).server("SA", kServerIsn, kClientIsn + 1).client("A", kClientIsn + 1, kServerIsn + 1);
  }
  Conversation& after(std::int64_t nanoseconds) {
    time_ += nanoseconds;
    return *this;
  }
  Conversation& add(const wire::Packet& packet) {
    table_.add(++frame_, time_ += 1'000'000, packet);
    return *this;
  }

  std::vector<Connection> finish() {
    table_.finish();
    return std::move(connections_);
  }
  [[nodiscard]] const std::vector<Connection>& done() const { return connections_; }
  [[nodiscard]] TableStatistics statistics() const { return table_.statistics(); }

  static constexpr std::uint32_t kClientIsn = 1000;
  static constexpr std::uint32_t kServerIsn = 5000;

 private:
  Conversation& send(const net::FiveTuple& tuple, std::string_view flags, std::uint32_t sequence,
                     std::uint32_t acknowledgment, std::string_view captured, std::size_t sent) {
    wire::Packet packet;
    packet.tuple = tuple;
    packet.tcp = tcp_header(flags, sequence, acknowledgment);
    packet.payload = bytes_of(captured);
    packet.payload_length = static_cast<std::uint32_t>(sent);
    return add(packet);
  }

  net::FiveTuple to_server_;
  std::vector<Connection> connections_;
  ConnectionTable table_;
  std::uint64_t frame_{};
  std::int64_t time_{};
};

/// Decides on the line that ends with LF.
inline std::size_t line_length(std::span<const std::byte> bytes) {
  const std::size_t end = text_of(bytes).find('\n');
  return end == std::string::npos ? 0 : end + 1;
}

}  // namespace nsgcheck::flow
