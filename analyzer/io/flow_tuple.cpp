// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/flow_tuple.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::size_t kMostFields = 13;

// The fields of a tuple by their place: 8 in version 1, 13 in version 2 and in VNet flow logs.
enum TupleField : std::size_t {
  kTime,
  kSource,
  kDestination,
  kSourcePort,
  kDestinationPort,
  kProtocol,
  kDirection,
  kVerdict
};

struct Fields {
  std::array<std::string_view, kMostFields> at;
  std::size_t count{};
};

Fields split(std::string_view text) {
  Fields fields;
  while (true) {
    const std::size_t comma = text.find(',');
    if (fields.count < kMostFields) fields.at[fields.count] = text.substr(0, comma);
    ++fields.count;
    if (comma == std::string_view::npos) return fields;
    text.remove_prefix(comma + 1);
  }
}

template <typename T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

tl::unexpected<std::string> wrong(std::string_view what, std::string_view text, std::string_view allowed) {
  return tl::unexpected{fmt::format("{} \"{}\" of a flow tuple is no {}", what, text, allowed)};
}

// Seconds in NSG flow logs, milliseconds in VNet flow logs; no seconds of the next millennia reach this.
std::optional<std::int64_t> milliseconds(std::string_view text) {
  constexpr std::int64_t kFirstMilliseconds = 100'000'000'000;
  const auto time = number<std::int64_t>(text);
  if (!time || *time < 0) return std::nullopt;
  return *time < kFirstMilliseconds ? *time * 1000 : *time;
}

struct Shape {
  bool by_number{};  ///< the protocol is a number: VNet flow log
  std::size_t state{};
  std::size_t counts{};
};

std::optional<FlowState> state_of(std::string_view text) {
  if (text == "B") return FlowState::Begin;
  if (text == "C") return FlowState::Continuing;
  if (text == "E") return FlowState::End;
  if (text == "D") return FlowState::Deny;
  return std::nullopt;
}

tl::expected<void, std::string> read_packet(const Fields& fields, bool by_number, net::FiveTuple& packet) {
  const auto source = net::parse_address(fields.at[kSource]);
  if (!source) return wrong("source", fields.at[kSource], "address");
  const auto destination = net::parse_address(fields.at[kDestination]);
  if (!destination) return wrong("destination", fields.at[kDestination], "address");
  if (net::family_of(*source) != net::family_of(*destination))
    return tl::unexpected{fmt::format("{} and {} of a flow tuple are of different address families", fields.at[kSource],
                                      fields.at[kDestination])};
  packet.source = *source;
  packet.destination = *destination;
  const std::string_view protocol = fields.at[kProtocol];
  if (by_number) {
    const auto value = number<std::uint8_t>(protocol);
    if (!value) return wrong("protocol", protocol, "T, U or number 0 to 255");
    packet.protocol = net::Protocol{*value};
  } else {
    packet.protocol = protocol == "T" ? net::kTcp : net::kUdp;
  }
  for (const auto& [field, port, what] : {std::tuple{kSourcePort, &packet.source_port, "source port"},
                                          std::tuple{kDestinationPort, &packet.destination_port, "destination port"}}) {
    const auto value = number<net::Port>(fields.at[field]);
    // Flows without ports are logged with 0, or with nothing.
    if (!value && (net::has_ports(packet.protocol) || !fields.at[field].empty()))
      return wrong(what, fields.at[field], "port, 0 to 65535");
    *port = net::has_ports(packet.protocol) ? *value : net::Port{0};
  }
  return {};
}

tl::expected<void, std::string> read_counts(const Fields& fields, std::size_t first, FlowTuple& tuple) {
  for (const auto& [offset, slot] : {std::pair{0U, &tuple.sent.packets}, std::pair{1U, &tuple.sent.bytes},
                                     std::pair{2U, &tuple.received.packets}, std::pair{3U, &tuple.received.bytes}}) {
    const std::string_view text = fields.at[first + offset];
    if (text.empty()) continue;
    *slot = number<std::uint64_t>(text);
    if (!*slot) return wrong("count", text, "number");
  }
  return {};
}

// Version 1 ends with the verdict; 2 has state and counts behind it; VNet flow logs have a state in its place.
tl::expected<void, std::string> read_verdict(const Fields& fields, bool by_number, FlowTuple& tuple) {
  const std::string_view verdict = fields.at[kVerdict];
  if (by_number) {
    const auto state = state_of(verdict);
    if (!state) return wrong("state", verdict, "B, C, E or D");
    tuple.state = *state;
    tuple.allowed = *state != FlowState::Deny;
    tuple.encryption = fields.at[kVerdict + 1];
    return read_counts(fields, kVerdict + 2, tuple);
  }
  if (verdict != "A" && verdict != "D") return wrong("decision", verdict, "A or D");
  tuple.allowed = verdict == "A";
  if (fields.count == kVerdict + 1) return {};
  const std::string_view text = fields.at[kVerdict + 1];
  const auto state = state_of(text);
  // Denied flows are logged once; their state is B, and some writers leave it empty.
  if (!state && !text.empty()) return wrong("state", text, "B, C or E");
  tuple.state = state.value_or(FlowState::NotLogged);
  return read_counts(fields, kVerdict + 2, tuple);
}

}  // namespace

tl::expected<FlowTuple, std::string> parse_flow_tuple(std::string_view text) {
  const Fields fields = split(text);
  const std::string_view protocol = fields.count > kProtocol ? fields.at[kProtocol] : std::string_view{};
  const bool by_number = protocol != "T" && protocol != "U";
  const bool right_count = fields.count == kMostFields || (!by_number && fields.count == kVerdict + 1);
  if (!right_count)
    return tl::unexpected{fmt::format("the flow tuple \"{}\" has {} fields instead of 8 or 13", text, fields.count)};
  FlowTuple tuple;
  const auto time = milliseconds(fields.at[kTime]);
  if (!time) return wrong("time", fields.at[kTime], "number of seconds or milliseconds since 1970");
  tuple.time = *time;
  const std::string_view direction = fields.at[kDirection];
  if (direction != "I" && direction != "O") return wrong("direction", direction, "I or O");
  tuple.direction = direction == "I" ? net::Direction::Inbound : net::Direction::Outbound;
  if (auto packet = read_packet(fields, by_number, tuple.packet); !packet) return tl::unexpected{packet.error()};
  if (auto verdict = read_verdict(fields, by_number, tuple); !verdict) return tl::unexpected{verdict.error()};
  return tuple;
}

}  // namespace nsgcheck::io
