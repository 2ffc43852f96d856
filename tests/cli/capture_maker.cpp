// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/capture_maker.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace nsgcheck::cli {
namespace {

std::string big(std::uint64_t value, unsigned size) {
  std::string out;
  for (unsigned i = size; i-- > 0;) out += static_cast<char>(value >> (8 * i));
  return out;
}

std::string little(std::uint64_t value, unsigned size) {
  std::string out = big(value, size);
  std::reverse(out.begin(), out.end());
  return out;
}

std::string address_bytes(const std::string& text) {
  std::istringstream stream{text};
  std::string out;
  for (std::string part; std::getline(stream, part, '.');) out += static_cast<char>(std::stoi(part));
  return out;
}

}  // namespace

CaptureMaker::CaptureMaker() {
  constexpr std::uint64_t kRawIp = 101;
  bytes_ = little(0xA1B23C4D, 4) + little(2, 2) + little(4, 2) + little(0, 8) + little(65535, 4) + little(kRawIp, 4);
}

void CaptureMaker::packet(double time, const MadeEnd& from, const MadeEnd& to, std::uint8_t protocol,
                          const std::string& segment) {
  const std::string ip = big(0x45, 1) + big(0, 1) + big(20 + segment.size(), 2) + big(0, 4) + big(64, 1) +
                         big(protocol, 1) + big(0, 2) + address_bytes(from.address) + address_bytes(to.address) +
                         segment;
  const double seconds = std::floor(time);
  const std::size_t kept = std::min(ip.size(), snap_);
  bytes_ += little(static_cast<std::uint64_t>(seconds), 4) +
            little(static_cast<std::uint64_t>((time - seconds) * 1e9), 4) + little(kept, 4) + little(ip.size(), 4) +
            ip.substr(0, kept);
}

CaptureMaker& CaptureMaker::tcp(double time, const MadeEnd& from, const MadeEnd& to, std::uint32_t sequence,
                                std::uint32_t ack, int flags, const std::string& payload) {
  packet(time, from, to, 6,
         big(from.port, 2) + big(to.port, 2) + big(sequence, 4) + big(ack, 4) + big(0x50, 1) +
             big(static_cast<std::uint64_t>(flags), 1) + big(65535, 2) + big(0, 4) + payload);
  return *this;
}

CaptureMaker& CaptureMaker::udp(double time, const MadeEnd& from, const MadeEnd& to, const std::string& payload) {
  packet(time, from, to, 17, big(from.port, 2) + big(to.port, 2) + big(8 + payload.size(), 2) + big(0, 2) + payload);
  return *this;
}

CaptureMaker& CaptureMaker::conversation(double time, const MadeEnd& client, const MadeEnd& server,
                                         const std::string& request, const std::string& answer) {
  tcp(time, client, server, 1000, 0, kSyn);
  tcp(time + 0.01, server, client, 5000, 1001, kSyn | kAck);
  tcp(time + 0.02, client, server, 1001, 5001, kAck);
  if (!request.empty()) tcp(time + 0.03, client, server, 1001, 5001, kAck, request);
  const auto next = static_cast<std::uint32_t>(1001 + request.size());
  if (!answer.empty()) tcp(time + 0.04, server, client, 5001, next, kAck, answer);
  return *this;
}

CaptureMaker& CaptureMaker::snap(std::size_t length) {
  snap_ = length;
  return *this;
}

std::string connection_request(const std::string& cookie) {
  const std::string text = cookie.empty() ? "" : "Cookie: " + cookie + "\r\n";
  const std::string rest = big(0xE0, 1) + big(0, 5) + text + big(0x01000800, 4) + big(0x03000000, 4);
  return big(0x0300, 2) + big(5 + rest.size(), 2) + big(rest.size(), 1) + rest;
}

std::string connection_confirm() {
  return big(0x03000013, 4) + big(0x0ED00000, 4) + big(0x12340002, 4) + big(0x1F080002, 4) + big(0, 3);
}

std::string udp_syn() {
  return big(0xFFFFFFFF, 4) + big(64, 2) + big(1, 2) + big(0x8AE3BFC4, 4) + big(1232, 2) + big(1232, 2);
}

}  // namespace nsgcheck::cli
