// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/replay_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "simulator/path/walk_memory.hpp"

namespace nsgcheck::io {
namespace {

using wire::CookieOutcome;

constexpr net::Port kRemoteDesktop = 3389;

HopEnd hop_end(const path::End& end) { return {net::to_string(end.address), end.port}; }

std::optional<HopTuple> hop_tuple(const std::optional<path::Ends>& ends) {
  if (!ends) return std::nullopt;
  return HopTuple{hop_end(ends->source), hop_end(ends->destination)};
}

std::optional<std::string> name_of(const model::Instance* instance) {
  if (instance == nullptr) return std::nullopt;
  return instance->name;
}

std::string cookie_text(const wire::ConnectionRequest& request, bool mask_users) {
  const auto equals = request.text.find('=');
  if (!mask_users || request.outcome != CookieOutcome::User || equals == std::string::npos) return request.text;
  return request.text.substr(0, equals + 1) + "***";
}

// A handshake without an answer shows where a connection was meant to go, not where it ended.
bool was_answered(const CapturedConnection& c) {
  return c.handshake == flow::Handshake::Full || c.handshake == flow::Handshake::Partial ||
         c.handshake == flow::Handshake::MidStream;
}

// Makes a row of one connection that of another one of its kind.
void put_client(ConnectionRow& row, const CapturedConnection& c, std::span<const path::ClientEnd> client_ends) {
  row.outcome.client = net::to_string(c.client);
  row.outcome.client_port = c.client_port;
  row.outcome.first_packet = c.first_frame;
  for (const path::ClientEnd& end : client_ends) {
    HopRow& hop = row.hops[end.hop];
    (end.after ? hop.after : hop.before)->source = {row.outcome.client, c.client_port};
  }
}

}  // namespace

std::vector<net::Port> server_ports(const model::Deployment& deployment) {
  return {kRemoteDesktop, deployment.balancer.frontend_port, deployment.forwarder_port};
}

HopRow hop_row(const path::Hop& hop) {
  HopRow out;
  out.hop = path::word(hop.kind);
  out.at = hop.at;
  if (hop.instance != nullptr) out.instance = hop.instance->name;
  out.verdict = path::word(hop.verdict);
  out.before = hop_tuple(hop.before);
  out.after = hop_tuple(hop.after);
  if (hop.nsg != nullptr) out.nsg = hop.nsg->name;
  out.applied_to = hop.applied_to;
  out.rule = hop.rule;
  if (hop.verdict != path::HopVerdict::Allow) out.reason = path::code(hop.reason);
  out.text = hop.text;
  return out;
}

Replay::Replay(const path::CompiledDeployment& deployment, const path::WalkOptions& options, bool mask_users,
               std::vector<CaptureContent> captures)
    : deployment_{deployment}, options_{options}, mask_users_{mask_users}, captures_{std::move(captures)} {
  for (const CaptureContent& capture : captures_) ways_.push_back(join(capture));
}

Replay::Ways Replay::join(const CaptureContent& capture) const {
  std::vector<PartOfWay> parts;
  for (const CapturedConnection& c : capture.connections) {
    switch (deployment_.leg_of(c.server, c.server_port)) {
      case path::Leg::Client:
        parts.push_back(PartOfWay::ToBalancer);
        break;
      case path::Leg::Forwarder:
        parts.push_back(PartOfWay::ToForwarder);
        break;
      case path::Leg::Instance:
        parts.push_back(PartOfWay::ToInstance);
        break;
      case path::Leg::Elsewhere:
        parts.push_back(PartOfWay::Elsewhere);
        break;
    }
  }
  const auto named = [&](std::uint32_t i) -> std::optional<net::IpAddress> {
    const CapturedConnection& c = capture.connections[i];
    const auto& names = c.request->names;
    if (!names) return std::nullopt;
    for (const model::Role& role : deployment_.deployment().roles)
      for (const model::Instance& instance : role.instances)
        if (role.name == names->role && instance.name == names->instance)
          return instance.address(net::family_of(c.server));
    return std::nullopt;
  };
  return {join_ways(capture.connections, parts, named)};
}

path::Observed Replay::observed(const CaptureContent& capture, const Ways& ways, std::size_t connection) const {
  const CapturedConnection& c = capture.connections[connection];
  path::Observed out;
  out.tuple = {c.protocol, c.client, c.client_port, c.server, c.server_port};
  out.time = c.first_time;
  out.handshake = c.handshake;
  if (c.request->outcome != CookieOutcome::NoData) out.request = c.request.get();
  out.mid_stream = c.mid_stream;
  out.snaplen_cut = c.snaplen_cut;
  out.answer = c.answer;
  out.closed_unanswered = c.closed_unanswered;
  const Companions& others = ways.companions[connection];
  if (others.to_forwarder) out.taken_by = deployment_.instance_at(capture.connections[*others.to_forwarder].server);
  if (others.to_instance && was_answered(capture.connections[*others.to_instance]))
    out.ended_at = deployment_.instance_at(capture.connections[*others.to_instance].server);
  return out;
}

ConnectionRow Replay::row(std::size_t capture, std::size_t connection, const path::Trace& trace) const {
  const CaptureContent& content = captures_[capture];
  const CapturedConnection& c = content.connections[connection];
  ConnectionRow out;
  out.capture_index = capture;
  out.outcome.capture = content.file;
  out.outcome.client = net::to_string(c.client);
  out.outcome.client_port = c.client_port;
  out.outcome.server = net::to_string(c.server);
  out.outcome.server_port = c.server_port;
  out.outcome.leg = path::word(trace.leg);
  out.outcome.first_packet = c.first_frame;
  out.outcome.wanted = name_of(trace.wanted);
  out.outcome.reached = name_of(trace.reached);
  out.outcome.verdict = path::word(trace.verdict);
  out.outcome.reason = path::code(trace.reason);
  out.protocol = net::to_string(c.protocol);
  out.request = c.request;
  if (trace.name_case_differs) {
    auto request = std::make_shared<wire::ConnectionRequest>(*c.request);
    request->faults.insert(wire::RequestFault::WrongCase);
    out.request = std::move(request);
  }
  out.cookie_text = cookie_text(*c.request, mask_users_);
  out.message = trace.message;
  for (const model::Instance* forwarder : trace.forwarders) out.forwarders.push_back(forwarder->name);
  for (const path::Hop& hop : trace.hops) out.hops.push_back(hop_row(hop));
  out.assumptions = deployment_.deployment().assumptions;
  return out;
}

ReplayReport Replay::report(const AuditReport& places) const {
  ReplayReport out;
  out.places = &places;
  out.deployment = deployment_.deployment().name;
  out.captures = &captures_;
  out.notes = notes();
  for (const std::string& code : deployment_.deployment().assumptions)
    out.assumptions.push_back({code, std::string{model::assumption_text(code)}});
  out.each_row = [this](const std::function<bool(const ConnectionRow&)>& visit) {
    for (std::size_t capture = 0; capture < captures_.size(); ++capture)
      if (!visit_rows(capture, visit)) return;
  };
  return out;
}

bool Replay::visit_rows(std::size_t capture, const std::function<bool(const ConnectionRow&)>& visit) const {
  const CaptureContent& content = captures_[capture];
  path::WalkMemory memory{deployment_, options_};
  std::vector<ConnectionRow> by_kind;
  for (std::size_t i = 0; i < content.connections.size(); ++i) {
    const path::Walked walked = memory.walk(observed(content, ways_[capture], i));
    if (walked.kind == 0) {
      if (!visit(row(capture, i, *walked.trace))) return false;
      continue;
    }
    if (walked.kind > by_kind.size()) by_kind.resize(walked.kind);
    ConnectionRow& row_of_kind = by_kind[walked.kind - 1];
    if (row_of_kind.kind == 0) {
      row_of_kind = row(capture, i, *walked.trace);
      row_of_kind.kind = walked.kind;
    } else {
      put_client(row_of_kind, content.connections[i], walked.client_ends);
    }
    if (!visit(row_of_kind)) return false;
  }
  return true;
}

std::vector<std::string> Replay::notes() const {
  std::map<net::Port, std::size_t> ports;
  std::size_t all = 0;
  std::vector<std::string> out;
  for (const CaptureContent& capture : captures_) {
    for (const CapturedConnection& c : capture.connections) {
      if (c.request->outcome != CookieOutcome::Azure || c.server_port == kRemoteDesktop) continue;
      if (deployment_.instance_at(c.server) == nullptr) continue;
      ++ports[c.server_port];
      ++all;
    }
    if (const auto& s = capture.statistics; s.open_evicted + s.half_open_evicted + s.prefixes_dropped > 0)
      out.push_back(fmt::format("{}: more connections at one time than are held; {} were ended early, {} requests lost",
                                capture.file, s.open_evicted + s.half_open_evicted, s.prefixes_dropped));
  }
  for (const auto& [port, count] : ports)
    if (port != deployment_.deployment().forwarder_port && count * 2 > all)
      out.push_back(fmt::format(
          "forwarder port looks like {0}: {1} of {2} connections with a cookie that names an instance go there, the "
          "deployment says {3} (--forwarder-port {0} settles it)",
          port, count, all, deployment_.deployment().forwarder_port));
  return out;
}

}  // namespace nsgcheck::io
