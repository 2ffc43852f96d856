// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace nsgcheck::cli {

/// One end of a made connection; an IPv4 address.
struct MadeEnd {
  std::string address;
  std::uint16_t port{};
};

/// Makes a pcap file (raw IP, nanoseconds) of small conversations, with times in seconds since 1970.
class CaptureMaker {
 public:
  CaptureMaker();

  enum Flags : std::uint8_t { kFin = 1, kSyn = 2, kRst = 4, kAck = 16 };
  CaptureMaker& tcp(double time, const MadeEnd& from, const MadeEnd& to, std::uint32_t sequence, std::uint32_t ack,
                    int flags, const std::string& payload = "");
  CaptureMaker& udp(double time, const MadeEnd& from, const MadeEnd& to, const std::string& payload);

  /// SYN, SYN-ACK, ACK, then the client's bytes and the server's where they are not empty.
  CaptureMaker& conversation(double time, const MadeEnd& client, const MadeEnd& server, const std::string& request,
                             const std::string& answer = "");

  /// Keeps only so many bytes of each later packet.
  CaptureMaker& snap(std::size_t length);
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void packet(double time, const MadeEnd& from, const MadeEnd& to, std::uint8_t protocol, const std::string& segment);

  std::string bytes_;
  std::size_t snap_{65535};
};

/// A connection request with this cookie text ("mstshash=..."); "" for none.
[[nodiscard]] std::string connection_request(const std::string& cookie);
/// The server's connection confirm (TLS selected).
[[nodiscard]] std::string connection_confirm();
/// The datagram with which RDP over UDP begins (MS-RDPEUDP 2.2.2).
[[nodiscard]] std::string udp_syn();

}  // namespace nsgcheck::cli
