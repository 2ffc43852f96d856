// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "analyzer/net/address.hpp"
#include "analyzer/net/port_set.hpp"
#include "analyzer/net/protocol.hpp"

namespace nsgcheck::flow {

/// How far the TCP handshake got, as far as the capture shows it.
enum class Handshake : std::uint8_t {
  None,           ///< not TCP
  Full,           ///< SYN-ACK and a later acknowledgment by the client
  Partial,        ///< more than a SYN, but the SYN-ACK or the client's acknowledgment is not there
  SynOnly,        ///< only SYN packets, unanswered
  RefusedByRst,   ///< SYN answered by RST
  RefusedByIcmp,  ///< SYN answered by an ICMP error
  MidStream,      ///< neither SYN nor SYN-ACK: the capture starts later
};

/// What tells client from server. All but the first two are guesses.
enum class DirectionSource : std::uint8_t { Syn, SynAck, Payload, Port, FirstSender };

enum class Side : std::uint8_t { Client, Server };

/// A value for each side of a connection.
template <class T>
struct BySide {
  std::array<T, 2> values{};
  [[nodiscard]] T& operator[](Side side) { return values[static_cast<std::size_t>(side)]; }
  [[nodiscard]] const T& operator[](Side side) const { return values[static_cast<std::size_t>(side)]; }
};

/// A frame together with the side that sent it.
struct SentFrame {
  std::uint64_t frame{};
  Side by{};
  friend bool operator==(const SentFrame&, const SentFrame&) = default;
};

/// The first bytes of one direction, put together from its segments.
struct StreamStart {
  std::vector<std::byte> bytes;   ///< without a gap from the first byte on
  std::uint32_t sent{};           ///< bytes up to the furthest that was seen sent, captured or not
  std::uint32_t payload_bytes{};  ///< sum of all payload lengths, retransmissions included; 2^32-1 stands for more too
  bool decided{};                 ///< TableOptions::request_length or reply_length found all it needs
  bool limit_reached{};           ///< as many bytes as are kept, and still undecided
  bool start_assumed{};           ///< no SYN or SYN-ACK fixes where the stream begins
  bool gap{};                     ///< later bytes were seen, those after `bytes` were not
  bool snaplen_cut{};             ///< the bytes after `bytes` were sent, but the capture cut them off
  bool split_segments{};          ///< `bytes` came in more than one segment
  bool ambiguous_overlap{};       ///< two segments disagree on a byte of `bytes`; the first copy is shown
  bool dropped{};                 ///< given up for want of memory (TableStatistics::prefixes_dropped)
};

/// Longest silence between two packets of a connection.
struct IdleGap {
  std::int64_t nanoseconds{};
  std::uint64_t before{};  ///< frame before the silence
  std::uint64_t after{};   ///< frame that ended it
};

/// One TCP connection, or one UDP conversation. Frame numbers are those given to ConnectionTable::add().
struct Connection {
  net::Protocol protocol;
  net::IpAddress client, server;
  net::Port client_port{}, server_port{};
  DirectionSource direction{};
  Handshake handshake{};
  bool simultaneous_open{};  ///< both sides sent a SYN
  std::uint64_t first_frame{}, last_frame{};
  std::int64_t first_time{}, last_time{};  ///< nanoseconds since 1970
  std::uint32_t client_packets{}, server_packets{};
  std::optional<std::uint64_t> syn, syn_ack;
  std::optional<std::uint64_t> first_payload;     ///< of the client
  std::optional<std::uint64_t> request_complete;  ///< the frame with which `request` was decided
  std::optional<std::uint64_t> icmp_error;        ///< ICMP error about a packet of the client
  std::optional<SentFrame> first_rst, first_fin;
  std::optional<IdleGap> longest_idle;  ///< empty with fewer than two packets
  StreamStart request;                  ///< the client's bytes; for UDP its first datagram
  /// Bytes of the client's stream that were sent before the server's first; empty when the server sent none. 65535
  /// stands for more too.
  std::optional<std::uint32_t> sent_before_reply;
  StreamStart reply;  ///< the server's bytes

  [[nodiscard]] bool direction_guessed() const { return direction > DirectionSource::SynAck; }
};

/// Says how many of the bytes at the start of a stream are all that is needed of it; 0 while more are needed.
/// Never called with an empty span; a result above the size counts as the size.
using PrefixLength = std::function<std::size_t(std::span<const std::byte>)>;

struct TableOptions {
  std::vector<net::Port> server_ports{3389, 20000};  ///< tell the server where no handshake does
  std::vector<net::Port> udp_ports{3389};            ///< UDP to or from these is followed, other UDP only counted
  bool all_udp{};                                    ///< follow UDP on every port; `server_ports` then tell its servers
  PrefixLength request_length{};                     ///< when empty, every stream is kept up to its limit
  PrefixLength reply_length{};
  std::uint32_t request_limit = 8192;  ///< bytes put together of a client's stream, at most 65535
  std::uint32_t reply_limit = 512;
  std::uint32_t datagram_limit = 64;          ///< bytes kept of the first UDP datagram of each side
  std::uint32_t max_connections = 1'000'000;  ///< held at one time
  std::size_t max_prefix_bytes = 64U << 20;   ///< held at one time in all streams together
  /// A connection that was reset or closed by both sides is done after so much capture time (twice the maximum segment
  /// lifetime of RFC 9293); until then late packets still belong to it.
  std::int64_t linger_nanoseconds = 240'000'000'000;
  /// Key of the hash. No result depends on it; a secret one keeps a hostile capture from aiming at collisions.
  std::uint64_t hash_key = 0x9E3779B97F4A7C15;
};

/// What the bounds cost, so that it can be told. All zero but the first four: nothing was lost.
struct TableStatistics {
  std::uint64_t packets{};
  std::uint64_t untracked{};          ///< packets of other protocols and of other UDP ports
  std::uint64_t connections{};        ///< begun
  std::uint64_t most_held{};          ///< largest number of connections held at one time
  std::uint64_t half_open_evicted{};  ///< handed out early: unanswered SYN, too many connections
  std::uint64_t closed_evicted{};     ///< handed out before their linger time was over
  std::uint64_t open_evicted{};       ///< handed out while still open; what follows looks like another connection
  std::uint64_t prefixes_dropped{};   ///< streams whose bytes were given up before they were decided
};

}  // namespace nsgcheck::flow
