// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/replay_capture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "simulator/flow/connection_table.hpp"
#include "simulator/io/read_ahead.hpp"
#include "simulator/wire/bytes.hpp"
#include "simulator/wire/frame.hpp"
#include "simulator/wire/rdp_udp.hpp"

namespace nsgcheck::io {
namespace {

using wire::CookieOutcome;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// How many bytes of a client's stream tell all; what comes behind them in the same segments is kept, as trailing bytes
// are a fault.
std::size_t find_request_length(std::span<const std::byte> bytes) {
  wire::RequestStream stream;
  stream.bytes = bytes;
  const auto request = wire::read_connection_request(stream);
  const bool open = request.outcome == CookieOutcome::NoData || request.outcome == CookieOutcome::Incomplete;
  return open ? 0 : bytes.size();
}

// Remembers what it found: thousands of clients send the same request.
class RequestLength {
 public:
  std::size_t operator()(std::span<const std::byte> bytes) {
    const std::string_view text = wire::as_text(bytes);
    if (bytes.size() > kLongest) return find_request_length(bytes);
    if (const auto found = known_.find(text); found != known_.end()) return found->second;
    if (known_.size() >= kMost) known_.clear();
    const std::size_t length = find_request_length(bytes);
    known_.emplace(text, length);
    return length;
  }

 private:
  static constexpr std::size_t kLongest = 512;
  static constexpr std::size_t kMost = 4096;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> known_;
};

std::size_t reply_length(std::span<const std::byte> bytes) {
  const auto answer = wire::read_server_answer(bytes);
  return answer.kind == wire::ServerAnswer::Kind::Incomplete ? 0 : std::max<std::size_t>(answer.size, 1);
}

// No more bytes of the request will come: a side closed, or the client got an answer. Where bytes were sent that the
// capture does not have, nothing of the kind is known.
bool has_ended(const flow::Connection& c) {
  const bool lacks = c.request.gap || c.request.snaplen_cut || c.request.dropped;
  return !lacks && (c.first_fin || c.first_rst || c.reply.sent > 0);
}

wire::RequestStream stream_of(const flow::Connection& c) {
  wire::RequestStream stream;
  stream.bytes = c.request.bytes;
  stream.ended = has_ended(c);
  if (c.sent_before_reply) stream.before_answer = *c.sent_before_reply;
  if (c.request.snaplen_cut) stream.sent = c.request.sent;
  stream.split_segments = c.request.split_segments;
  stream.ambiguous_overlap = c.request.ambiguous_overlap;
  return stream;
}

// Reads each different request once.
class RequestReader {
 public:
  std::shared_ptr<const wire::ConnectionRequest> read(const flow::Connection& c) {
    const wire::RequestStream stream = stream_of(c);
    const std::array<std::size_t, 5> traits{stream.ended, stream.split_segments, stream.ambiguous_overlap,
                                            stream.before_answer.value_or(kNone), stream.sent.value_or(kNone)};
    key_.assign(reinterpret_cast<const char*>(traits.data()), sizeof traits);
    key_.append(wire::as_text(stream.bytes));
    if (const auto found = known_.find(key_); found != known_.end()) return found->second;
    if (known_.size() >= kMost) known_.clear();
    auto request = std::make_shared<const wire::ConnectionRequest>(wire::read_connection_request(stream));
    known_.emplace(key_, request);
    return request;
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  static constexpr std::size_t kMost = 10'000;
  std::string key_;
  std::unordered_map<std::string, std::shared_ptr<const wire::ConnectionRequest>> known_;
};

// The frame to look at for the reason of a verdict.
std::uint64_t deciding_frame(const flow::Connection& c, CookieOutcome outcome) {
  if (c.request_complete) return *c.request_complete;
  if (c.handshake == flow::Handshake::RefusedByIcmp && c.icmp_error) return *c.icmp_error;
  const bool ended_short = outcome == CookieOutcome::NoData || outcome == CookieOutcome::Incomplete;
  if (ended_short && c.first_rst) return c.first_rst->frame;
  if (ended_short && c.first_fin) return c.first_fin->frame;
  return c.first_payload.value_or(c.syn.value_or(c.first_frame));
}

CapturedConnection condensed(const flow::Connection& c, RequestReader& requests) {
  CapturedConnection out;
  out.protocol = c.protocol;
  out.client = c.client;
  out.server = c.server;
  out.client_port = c.client_port;
  out.server_port = c.server_port;
  out.handshake = c.handshake;
  out.first_frame = c.first_frame;
  out.first_time = c.first_time;
  out.last_time = c.last_time;
  if (c.longest_idle) {
    out.longest_silence = c.longest_idle->nanoseconds;
    out.silence_ended = c.longest_idle->after;
  }
  out.request = requests.read(c);
  out.deciding_frame = deciding_frame(c, out.request->outcome);
  out.answer = wire::read_server_answer(c.reply.bytes).kind;
  out.direction_guessed = c.direction_guessed();
  // Without a SYN the first byte seen need not be the first byte sent, unless a request begins there.
  const bool from_the_start = out.request->outcome != CookieOutcome::NotRdp &&
                              out.request->outcome != CookieOutcome::Malformed && !c.request.bytes.empty();
  out.mid_stream = c.handshake == flow::Handshake::MidStream && !from_the_start;
  out.snaplen_cut = c.request.snaplen_cut;
  out.rdp_udp = c.protocol == net::kUdp && wire::looks_like_rdp_udp(c.request.bytes);
  out.reset_by_server = c.first_rst && c.first_rst->by == flow::Side::Server;
  const auto& ended = c.first_fin ? c.first_fin : c.first_rst;
  out.closed_unanswered = ended && ended->by == flow::Side::Server && c.reply.sent == 0;
  return out;
}

std::uint64_t secret_key() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

flow::TableOptions table_options(const CaptureOptions& options) {
  flow::TableOptions out;
  out.server_ports = options.server_ports;
  out.request_length = RequestLength{};
  out.reply_length = reply_length;
  out.hash_key = secret_key();
  return out;
}

/// Gives each batch of the capture to `use`; reads and decodes in a thread of its own if that is asked for.
template <class Use>
void for_each_batch(ArrivalReader& arrivals, bool ahead, Use use) {
  constexpr std::size_t kAhead = 8;
  if (ahead) {
    std::optional<ReadAhead<ArrivalBatch>> batches;
    try {
      batches.emplace(kAhead, [&](ArrivalBatch& batch) { return arrivals.next(batch, true); });
    } catch (const std::system_error&) {
      // No thread to be had: this one does it all.
    }
    if (batches) {
      while (const ArrivalBatch* const batch = batches->next()) use(*batch);
      return;
    }
  }
  ArrivalBatch batch;
  while (arrivals.next(batch, false)) use(batch);
}

void read_records(CaptureReader& reader, CaptureContent& content, const CaptureOptions& options) {
  constexpr std::uint64_t kProgressStep = 1U << 18;
  RequestReader requests;
  flow::ConnectionTable table{table_options(options), [&](flow::Connection&& connection) {
                                content.connections.push_back(condensed(connection, requests));
                              }};
  ArrivalReader arrivals{reader, table.placer()};
  std::uint64_t told = 0;
  // Where nothing is undone, handing packets over costs more than reading them.
  for_each_batch(arrivals, options.ahead && reader.compressed(), [&](const ArrivalBatch& batch) {
    table.add(batch.arrivals());
    if (!options.progress || batch.frames() / kProgressStep == told) return;
    told = batch.frames() / kProgressStep;
    options.progress(batch.frames());
  });
  content.undecoded = arrivals.undecoded();
  content.connections.reserve(table.statistics().connections);
  table.finish();
  content.statistics = table.statistics();
}

}  // namespace

KeptAddress::KeptAddress(const net::IpAddress& address) : family_{net::family_of(address)} {
  if (const auto* v4 = std::get_if<net::Ipv4>(&address)) {
    words_[0] = v4->bits;
    return;
  }
  net::Bits128 bits = std::get<net::Ipv6>(address).bits;
  for (std::uint32_t& word : words_) {
    word = static_cast<std::uint32_t>(bits);
    bits >>= 32;
  }
}

KeptAddress::operator net::IpAddress() const {
  if (family_ == net::Family::V4) return net::Ipv4{words_[0]};
  net::Bits128 bits = 0;
  for (std::size_t i = words_.size(); i-- > 0;) bits = bits << 32 | words_[i];
  return net::Ipv6{bits};
}

CaptureContent read_capture(const std::string& path, std::string shown, std::istream& standard_input,
                            const CaptureOptions& options) {
  CaptureContent content;
  content.file = std::move(shown);
  auto reader = path == "-" ? CaptureReader::open(standard_input) : CaptureReader::open(path);
  if (!reader) {
    content.readable = false;
    content.damage.push_back(reader.error());
    return content;
  }
  read_records(*reader, content, options);
  content.packets = reader->frames();
  content.link_types = reader->link_types();
  content.damage = reader->damage();
  content.truncated = reader->truncated();
  const auto earlier = [](const CapturedConnection& a, const CapturedConnection& b) {
    return a.first_frame < b.first_frame;
  };
  if (!std::is_sorted(content.connections.begin(), content.connections.end(), earlier))
    std::sort(content.connections.begin(), content.connections.end(), earlier);
  return content;
}

std::string link_type_text(const CaptureContent& capture) {
  std::string out;
  for (const int number : capture.link_types) {
    const auto type = wire::link_type(number);
    if (!out.empty()) out += '+';
    out += type ? std::string{wire::name(*type)} : fmt::format("LINKTYPE_{}", number);
  }
  return out;
}

}  // namespace nsgcheck::io
