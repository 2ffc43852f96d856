// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/kernel_filter.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace nsgcheck::bench {
namespace {

constexpr const char* kLink = "nowhere0";

void run(const char* command, const std::string& input) {
  FILE* pipe = ::popen(command, "w");
  if (pipe == nullptr) throw std::runtime_error{std::string{command} + " does not start"};
  std::fwrite(input.data(), 1, input.size(), pipe);
  if (::pclose(pipe) != 0) throw std::runtime_error{std::string{command} + " failed"};
}

// One message of all rules is larger than an unprivileged socket may send.
void load_in_parts(const std::vector<std::string>& commands) {
  constexpr std::size_t kAtOnce = 8192;
  std::string part;
  for (const std::string& command : commands) {
    if (!part.empty() && part.size() + command.size() > kAtOnce) {
      run("nft -f -", part);
      part.clear();
    }
    part += command + '\n';
  }
  if (!part.empty()) run("nft -f -", part);
}

std::string address(net::Ipv4::Bits bits) {
  return fmt::format("{}.{}.{}.{}", bits >> 24, bits >> 16 & 0xFF, bits >> 8 & 0xFF, bits & 0xFF);
}

template <class T, class Text>
std::string match(std::string_view field, const std::vector<net::Interval<T>>& parts, T last, Text text) {
  if (parts.size() == 1 && parts.front().low == 0 && parts.front().high == last) return {};
  std::string out{field};
  for (const char* separator = " { "; const auto& part : parts) {
    out += separator + text(part.low);
    if (part.low != part.high) out += '-' + text(part.high);
    separator = ", ";
  }
  return out + " } ";
}

std::string as_nft(const FlatRule& rule) {
  const auto number = [](net::Port port) { return std::to_string(port); };
  constexpr net::Port kLastPort = 65535;
  std::string out = "add rule netdev bench out ";
  out += match("ip saddr", rule.source, ~net::Ipv4::Bits{}, address);
  out += match("ip daddr", rule.destination, ~net::Ipv4::Bits{}, address);
  out += rule.tcp && rule.udp ? "meta l4proto { tcp, udp } " : rule.tcp ? "meta l4proto tcp " : "meta l4proto udp ";
  out += match("th sport", rule.source_ports, kLastPort, number);
  out += match("th dport", rule.destination_ports, kLastPort, number);
  // What is dropped is an error to the sender and ends its batch, so both go on; one is counted.
  return out + (rule.allow ? "counter name passed accept" : "accept");
}

template <class T>
void put(std::string& out, T value) {
  for (std::size_t shift = sizeof(T) * 8; shift > 0; shift -= 8) out += static_cast<char>(value >> (shift - 8) & 0xFF);
}

// Ethernet, IPv4 and the ports; what follows them nobody reads here.
std::string frame(const net::FiveTuple& packet) {
  constexpr std::size_t kSize = 60;
  std::string out(12, '\2');
  put<std::uint16_t>(out, ETH_P_IP);
  put<std::uint32_t>(out, 0x45000000U + kSize - 14);
  put<std::uint32_t>(out, 0);
  put<std::uint32_t>(out, 0x40000000U + (std::uint32_t{packet.protocol.number} << 16));
  put<std::uint32_t>(out, v4_of(packet.source));
  put<std::uint32_t>(out, v4_of(packet.destination));
  put<std::uint16_t>(out, packet.source_port);
  put<std::uint16_t>(out, packet.destination_port);
  out.resize(kSize);
  return out;
}

}  // namespace

KernelFilter::KernelFilter() {
  run("ip link add nowhere0 type veth peer name nowhere1 && ip link set nowhere1 up && ip link set nowhere0 up", {});
  socket_ = ::socket(AF_PACKET, SOCK_RAW, 0);
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(::if_nametoindex(kLink));
  to.sll_protocol = htons(ETH_P_IP);
  if (socket_ < 0 || ::bind(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error{"no packet socket"};
}

KernelFilter::~KernelFilter() {
  if (socket_ >= 0) ::close(socket_);
}

void KernelFilter::load(const std::vector<FlatRule>& rules) {
  std::vector<std::string> commands{
      "add table netdev bench", "delete table netdev bench", "add table netdev bench",
      "add counter netdev bench passed",
      "add chain netdev bench out { type filter hook egress device nowhere0 priority 0; }"};
  for (const FlatRule& rule : rules)
    if (!rule.source.empty() && !rule.destination.empty()) commands.push_back(as_nft(rule));
  if (rules.empty()) commands.emplace_back("add rule netdev bench out meta protocol ip counter name passed accept");
  load_in_parts(commands);
}

void KernelFilter::take(std::span<const net::FiveTuple> packets) {
  frames_.clear();
  for (const net::FiveTuple& packet : packets) frames_.push_back(frame(packet));
}

std::size_t KernelFilter::passed() const {
  FILE* pipe = ::popen("nft list counter netdev bench passed", "r");
  if (pipe == nullptr) throw std::runtime_error{"nft does not start"};
  std::string said;
  std::array<char, 256> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) said.append(buffer.data(), got);
  ::pclose(pipe);
  const std::size_t at = said.find("packets ");
  if (at == std::string::npos) throw std::runtime_error{"nft shows no counter: " + said};
  return std::strtoull(said.c_str() + at + 8, nullptr, 10);
}

std::size_t KernelFilter::send() const {
  constexpr std::size_t kBatch = 256;
  const std::size_t before = passed();
  std::array<mmsghdr, kBatch> messages{};
  std::array<iovec, kBatch> parts{};
  for (std::size_t begin = 0; begin < frames_.size();) {
    const std::size_t count = std::min(kBatch, frames_.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      parts[i] = {const_cast<char*>(frames_[begin + i].data()), frames_[begin + i].size()};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int sent = ::sendmmsg(socket_, messages.data(), static_cast<unsigned>(count), 0);
    if (sent <= 0) throw std::runtime_error{"a packet could not be sent"};
    begin += static_cast<std::size_t>(sent);
  }
  return passed() - before;
}

}  // namespace nsgcheck::bench
