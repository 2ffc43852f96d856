// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/arrival.hpp"

#include <algorithm>

namespace nsgcheck::flow {

Arrival Placer::operator()(std::uint64_t frame, std::int64_t time, const wire::Packet& packet) const {
  Arrival out;
  out.frame = frame;
  out.time = time;
  const net::FiveTuple& tuple = packet.icmp_about ? *packet.icmp_about : packet.tuple;
  const auto follows = [&](net::Port port) {
    return std::find(udp_ports_.begin(), udp_ports_.end(), port) != udp_ports_.end();
  };
  if (packet.icmp_about) {
    out.kind = Arrival::Kind::IcmpError;
  } else if (packet.tcp) {
    out.kind = Arrival::Kind::Tcp;
    out.tcp = *packet.tcp;
  } else if (tuple.protocol == net::kUdp &&
             (all_udp_ || follows(tuple.destination_port) || follows(tuple.source_port))) {
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
