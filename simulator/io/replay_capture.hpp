// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "simulator/flow/connection.hpp"
#include "simulator/io/arrival_reader.hpp"
#include "simulator/io/capture_file.hpp"
#include "simulator/wire/connection_confirm.hpp"
#include "simulator/wire/connection_request.hpp"

namespace nsgcheck::io {

/// An address in as few bytes as it has.
class KeptAddress {
 public:
  KeptAddress() = default;
  KeptAddress(const net::IpAddress& address);
  operator net::IpAddress() const;
  friend bool operator==(const KeptAddress&, const KeptAddress&) = default;

 private:
  std::array<std::uint32_t, 4> words_{};
  net::Family family_{};
};

/// What replay keeps of a connection: little, as a capture may hold a million. Alike requests are one object.
struct CapturedConnection {
  KeptAddress client, server;
  net::Protocol protocol;
  net::Port client_port{}, server_port{};
  flow::Handshake handshake{};
  std::uint64_t first_frame{};
  std::uint64_t deciding_frame{};          ///< with which the request was whole, else the refusal, the end or the SYN
  std::int64_t first_time{}, last_time{};  ///< nanoseconds since 1970
  std::int64_t longest_silence{};          ///< between two of its packets, nanoseconds
  std::uint64_t silence_ended{};           ///< the frame that ended it; 0 without any
  std::shared_ptr<const wire::ConnectionRequest> request;
  wire::ServerAnswer::Kind answer{};  ///< what the server began to say
  bool direction_guessed{};           ///< no SYN and no SYN-ACK tell client from server
  bool mid_stream{};                  ///< the capture starts after the begin of the client's stream
  bool rdp_udp{};                     ///< UDP whose first datagram opens RDP over UDP
  bool snaplen_cut{};                 ///< the request was sent, but the capture cut it off
  bool reset_by_server{};
  bool closed_unanswered{};  ///< the server ended the connection without having said a byte
};

/// One capture, read to its end or to its damage.
struct CaptureContent {
  std::string file;  ///< as shown
  std::uint64_t packets{};
  std::vector<int> link_types;
  std::vector<CaptureDamage> damage;
  bool truncated{};
  bool readable{true};  ///< false: no record could be read, `damage` says why
  UndecodedFrames undecoded;
  flow::TableStatistics statistics;
  std::vector<CapturedConnection> connections;  ///< by first frame
};

struct CaptureOptions {
  std::vector<net::Port> server_ports{3389, 20000};  ///< tell the server where the capture has no handshake
  /// Read and decode compressed captures in a second thread. Changes nothing of the result.
  bool ahead{};
  /// Told the number of packets now and then.
  std::function<void(std::uint64_t)> progress;
};

/// Reads a capture; `path` "-" is `standard_input`. Never throws for what is in it.
[[nodiscard]] CaptureContent read_capture(const std::string& path, std::string shown, std::istream& standard_input,
                                          const CaptureOptions& options);

/// "EN10MB", "LINKTYPE_147" for one that is not decoded; several joined by a plus sign; "" for none.
[[nodiscard]] std::string link_type_text(const CaptureContent& capture);

}  // namespace nsgcheck::io
