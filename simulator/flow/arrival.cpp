// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/arrival.hpp"

namespace nsgcheck::flow {
namespace {

TcpFields fields_of(const wire::TcpHeader& header) {
  const auto flag = [](bool set, std::uint8_t bit) { return set ? unsigned{bit} : 0U; };
  return {header.sequence, header.acknowledgment,
          static_cast<std::uint8_t>(flag(header.syn, wire::kSyn) | flag(header.ack, wire::kAck) |
                                    flag(header.fin, wire::kFin) | flag(header.rst, wire::kRst) |
                                    flag(header.psh, wire::kPsh))};
}

}  // namespace

Arrival Placer::operator()(std::uint64_t frame, std::int64_t time, const wire::Packet& packet) const {
  Arrival out;
  out.frame = frame;
  out.time = time;
  const net::FiveTuple& tuple = packet.icmp_about ? *packet.icmp_about : packet.tuple;
  if (packet.icmp_about) {
    out.kind = Arrival::Kind::IcmpError;
  } else if (packet.tcp) {
    out.kind = Arrival::Kind::Tcp;
    out.tcp = fields_of(*packet.tcp);
  } else if (tuple.protocol == net::kUdp && follows_udp(tuple.source_port, tuple.destination_port)) {
    out.kind = Arrival::Kind::Udp;
  } else {
    return out;
  }
  out.key = flow_key(tuple);
  out.hash = hash_of(out.key);
  out.payload = packet.payload;
  out.payload_length = packet.payload_length;
  return out;
}

}  // namespace nsgcheck::flow
