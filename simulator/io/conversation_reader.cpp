// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/conversation_reader.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "simulator/flow/connection_table.hpp"
#include "simulator/wire/fragment_table.hpp"
#include "simulator/wire/frame.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::int64_t kNanosecondsInMillisecond = 1'000'000;

// Frames without a time have the time 0 (CaptureRecord).
std::optional<std::int64_t> milliseconds(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return std::nullopt;
  return nanoseconds / kNanosecondsInMillisecond;
}

// System ports (RFC 6335), and those of remote desktop.
std::vector<net::Port> likely_server_ports() {
  std::vector<net::Port> out{3389, 20000};
  for (net::Port port = 1; port < 1024; ++port) out.push_back(port);
  return out;
}

flow::TableOptions table_options(const ConversationOptions& options) {
  flow::TableOptions out;
  out.server_ports = likely_server_ports();
  out.all_udp = true;
  // No bytes of the streams are wanted.
  out.request_length = out.reply_length = [](std::span<const std::byte> bytes) { return bytes.size(); };
  out.request_limit = out.reply_limit = out.datagram_limit = 1;
  out.max_connections = options.most_flows;
  out.hash_key = options.hash_key;
  return out;
}

bool is_answered(const flow::Connection& c) {
  using flow::Handshake;
  switch (c.handshake) {
    case Handshake::SynOnly:
    case Handshake::RefusedByRst:
    case Handshake::RefusedByIcmp:
      return false;
    case Handshake::Partial:
    case Handshake::Full:
    case Handshake::MidStream:
    case Handshake::None:
      break;
  }
  return c.server_packets > 0;
}

CapturedFlow flow_of(const flow::Connection& c) {
  const bool guessed = c.protocol == net::kUdp
                           ? c.direction == flow::DirectionSource::FirstSender && c.server_packets > 0
                           : c.direction_guessed();
  return {{c.protocol, c.client, c.client_port, c.server, c.server_port},
          milliseconds(c.first_time),
          milliseconds(c.last_time),
          is_answered(c),
          guessed};
}

enum class IcmpRole : std::uint8_t { Request, Reply, Other, NotAsked };

IcmpRole icmp_role(net::Protocol protocol, std::uint8_t type) {
  const auto is_one_of = [&](std::initializer_list<std::uint8_t> types) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  if (protocol == net::kIcmp) {
    if (is_one_of({3, 4, 5, 11, 12})) return IcmpRole::NotAsked;
    if (is_one_of({8, 13, 15, 17})) return IcmpRole::Request;
    return is_one_of({0, 14, 16, 18}) ? IcmpRole::Reply : IcmpRole::Other;
  }
  // Errors, and neighbour discovery (RFC 4861), which never leaves its link.
  if ((type >= 1 && type <= 4) || (type >= 133 && type <= 137)) return IcmpRole::NotAsked;
  if (type == 128) return IcmpRole::Request;
  return type == 129 ? IcmpRole::Reply : IcmpRole::Other;
}

/// Flows of the protocols that the connection table does not follow.
class OtherFlows {
 public:
  explicit OtherFlows(const ConversationOptions& options) : options_{options}, flows_{0, Hash{options.hash_key}} {}

  /// False when there is no room for it.
  bool add(std::int64_t time, const wire::Packet& packet, IcmpRole role) {
    const net::FiveTuple& tuple = packet.tuple;
    const bool by_reply = role == IcmpRole::Reply;
    const flow::FlowKey sent = flow::flow_key(tuple);
    const flow::FlowKey key = by_reply ? flow::reversed(sent) : sent;
    auto found = flows_.find(key);
    const bool known = role == IcmpRole::Request || by_reply;
    // Without a word on who asks, the first sender is the client.
    if (found == flows_.end() && !known) found = flows_.find(flow::reversed(key));
    if (found == flows_.end()) {
      if (flows_.size() >= options_.most_flows) return false;
      found = flows_.emplace(key, Seen{time, time, false, false, !known}).first;
    }
    Seen& seen = found->second;
    seen.first = std::min(seen.first, time);
    seen.last = std::max(seen.last, time);
    (found->first == sent ? seen.by_client : seen.by_server) = true;
    return true;
  }

  void finish(const std::function<void(const CapturedFlow&)>& sink) const {
    for (const auto& [key, seen] : flows_)
      sink({{net::Protocol{key.protocol}, flow::unpack(key.a, key.family), key.a_port, flow::unpack(key.b, key.family),
             key.b_port},
            milliseconds(seen.first),
            milliseconds(seen.last),
            seen.by_server,
            seen.guessed && seen.by_server});
  }

 private:
  struct Seen {
    std::int64_t first{}, last{};
    bool by_client{}, by_server{}, guessed{};
  };
  struct Hash {
    std::uint64_t secret;
    std::size_t operator()(const flow::FlowKey& key) const { return flow::hash(key, secret); }
  };
  const ConversationOptions& options_;
  std::unordered_map<flow::FlowKey, Seen, Hash> flows_;
};

/// Reads the packets of one capture.
class ConversationRun {
 public:
  ConversationRun(const ConversationOptions& options, const std::function<void(const CapturedFlow&)>& sink)
      : sink_{sink},
        table_{table_options(options), [&](flow::Connection&& connection) { sink_(flow_of(connection)); }},
        others_{options} {}

  void add(const CaptureRecord& record) {
    const auto type = wire::link_type(record.link_type);
    if (!type) {
      ++totals_.undecoded.unknown_link_type;
      return;
    }
    const auto packet = wire::decode_frame(*type, record.bytes, &fragments_);
    if (packet)
      add(record, *packet);
    else
      totals_.undecoded.add(packet.error().kind);
  }

  ConversationTotals finish() {
    table_.finish();
    const flow::TableStatistics statistics = table_.statistics();
    totals_.handed_out_early = statistics.half_open_evicted + statistics.closed_evicted + statistics.open_evicted;
    others_.finish(sink_);
    return std::move(totals_);
  }

 private:
  void add(const CaptureRecord& record, const wire::Packet& packet) {
    const net::Protocol protocol = packet.tuple.protocol;
    if (packet.icmp_about || protocol == net::kTcp || protocol == net::kUdp) {
      table_.add(record.frame, record.time, packet);
      if (packet.icmp_about) ++totals_.not_asked;
      return;
    }
    const IcmpRole role = packet.icmp_type ? icmp_role(protocol, *packet.icmp_type) : IcmpRole::Other;
    if (role == IcmpRole::NotAsked)
      ++totals_.not_asked;
    else if (!others_.add(record.time, packet, role))
      ++totals_.dropped;
  }

  const std::function<void(const CapturedFlow&)>& sink_;
  flow::ConnectionTable table_;
  OtherFlows others_;
  wire::FragmentTable fragments_;
  ConversationTotals totals_;
};

}  // namespace

ConversationTotals read_conversations(const std::string& path, std::istream& standard_input,
                                      const ConversationOptions& options,
                                      const std::function<void(const CapturedFlow&)>& sink) {
  constexpr std::uint64_t kProgressStep = 1U << 18;
  auto reader = path == "-" ? CaptureReader::open(standard_input) : CaptureReader::open(path);
  if (!reader) {
    ConversationTotals unread;
    unread.readable = false;
    unread.damage.push_back(reader.error());
    return unread;
  }
  ConversationRun run{options, sink};
  CaptureRecord record;
  while (reader->next(record)) {
    run.add(record);
    if (options.progress && record.frame % kProgressStep == 0) options.progress(record.frame);
  }
  ConversationTotals totals = run.finish();
  totals.packets = reader->frames();
  totals.damage = reader->damage();
  return totals;
}

}  // namespace nsgcheck::io
