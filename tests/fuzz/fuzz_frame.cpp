// SPDX-License-Identifier: Apache-2.0
// Any bytes decode to a packet whose payload lies where it should, or fail at an offset inside the frame.
// Input: one byte that picks the link type, then frames, each behind its length (two bytes, big endian).
#include <cstdint>
#include <cstdlib>
#include <functional>

#include "simulator/wire/cursor.hpp"
#include "simulator/wire/frame.hpp"

namespace {

using namespace nsgcheck::wire;

constexpr LinkType kTypes[] = {LinkType::Ethernet, LinkType::LinuxSll, LinkType::LinuxSll2,
                               LinkType::Null,     LinkType::Loop,     LinkType::RawIp,
                               LinkType::RawIp4,   LinkType::RawIp6,   LinkType::RawIp12};

void require(bool holds) {
  if (!holds) std::abort();
}

bool inside(std::span<const std::byte> part, std::span<const std::byte> whole) {
  const std::less_equal<const std::byte*> at_most;
  return at_most(whole.data(), part.data()) && at_most(part.data() + part.size(), whole.data() + whole.size());
}

void judge(const Packet& packet, std::span<const std::byte> frame, const FragmentTable* table) {
  require(packet.payload.size() <= packet.payload_length);
  if (table == nullptr) require(packet.payload.empty() || inside(packet.payload, frame));
  require(packet.payload.size() <= FragmentTable::kLongest + frame.size());
  // Reads every byte: a payload outside of any buffer is for the address sanitizer to see.
  unsigned sum = 0;
  for (const std::byte byte : packet.payload) sum += std::to_integer<unsigned>(byte);
  require(sum <= 255U * packet.payload.size());
  const bool ports = packet.tuple.source_port != 0 || packet.tuple.destination_port != 0;
  require(!ports || nsgcheck::net::has_ports(packet.tuple.protocol));
  require(packet.tcp.has_value() == (packet.tuple.protocol == nsgcheck::net::kTcp));
}

void decode(LinkType type, std::span<const std::byte> frame, FragmentTable* table) {
  const auto packet = decode_frame(type, frame, table);
  if (packet)
    judge(*packet, frame, table);
  else
    require(packet.error().offset <= frame.size() && !packet.error().what.empty());
  if (table != nullptr) require(table->pending() <= FragmentTable::kDatagrams);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Cursor cursor{std::span{reinterpret_cast<const std::byte*>(data), size}};
  const LinkType type = kTypes[cursor.u8() % std::size(kTypes)];
  FragmentTable table;
  while (cursor.remaining() > 0) {
    const std::size_t length = cursor.be16();
    const auto frame = cursor.take(std::min(length, cursor.remaining()));
    if (!cursor.ok()) break;
    decode(type, frame, nullptr);
    decode(type, frame, &table);
  }
  return 0;
}
