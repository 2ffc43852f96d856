// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/replay_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "simulator/io/replay_notes.hpp"
#include "simulator/path/walk_memory.hpp"

namespace nsgcheck::io {
namespace {

using wire::CookieOutcome;

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

OutcomeRow outcome_row(const std::string& file, const CapturedConnection& c, const path::Trace& trace) {
  OutcomeRow out;
  out.capture = file;
  out.client = net::to_string(c.client);
  out.client_port = c.client_port;
  out.server = net::to_string(c.server);
  out.server_port = c.server_port;
  out.leg = path::word(trace.leg);
  out.first_packet = c.first_frame;
  out.wanted = name_of(trace.wanted);
  out.reached = name_of(trace.reached);
  out.verdict = path::word(trace.verdict);
  out.reason = path::code(trace.reason);
  return out;
}

// Makes a row of one connection that of another one of its kind.
void put_client(ConnectionRow& row, const CapturedConnection& c, std::span<const path::ClientEnd> client_ends) {
  row.outcome.client = net::to_string(c.client);
  row.outcome.client_port = c.client_port;
  row.outcome.first_packet = c.first_frame;
  row.deciding_packet = c.deciding_frame;
  for (const path::ClientEnd& end : client_ends) {
    HopRow& hop = row.hops[end.hop];
    (end.after ? hop.after : hop.before)->source = {row.outcome.client, c.client_port};
  }
}

}  // namespace

std::vector<net::Port> server_ports(const model::Deployment& deployment) {
  return {net::kRdpPort, deployment.balancer.frontend_port, deployment.forwarder_port};
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
  out.behind_loss = hop.behind_loss;
  return out;
}

Replay::Replay(const path::CompiledDeployment& deployment, const path::WalkOptions& options, bool mask_users,
               std::vector<CaptureContent> captures)
    : deployment_{deployment}, options_{options}, mask_users_{mask_users}, captures_{std::move(captures)} {
  for (std::size_t capture = 0; capture < captures_.size(); ++capture) {
    ways_.push_back({join(captures_[capture]), {}});
    ways_.back().kinds = kinds_of(capture);
  }
}

PartOfWay Replay::part_of(const CapturedConnection& c) const {
  switch (deployment_.leg_of(c.server, c.server_port)) {
    case path::Leg::Client:
      return PartOfWay::ToBalancer;
    case path::Leg::Forwarder:
      return PartOfWay::ToForwarder;
    case path::Leg::Instance:
      return PartOfWay::ToInstance;
    case path::Leg::Elsewhere:
      break;
  }
  return is_at_other_port(c) ? PartOfWay::ToForwarder : PartOfWay::Elsewhere;
}

bool Replay::is_at_other_port(const CapturedConnection& c) const {
  return c.server_port != net::kRdpPort && c.server_port != deployment_.deployment().forwarder_port &&
         deployment_.instance_at(c.server) != nullptr && sends_cookie(c);
}

std::vector<Companions> Replay::join(const CaptureContent& capture) const {
  std::vector<PartOfWay> parts;
  for (const CapturedConnection& c : capture.connections) parts.push_back(part_of(c));
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
  return join_ways(capture.connections, parts, named);
}

std::vector<std::uint32_t> Replay::kinds_of(std::size_t capture) const {
  const CaptureContent& content = captures_[capture];
  path::WalkMemory memory{deployment_, options_};
  std::vector<std::uint32_t> out;
  out.reserve(content.connections.size());
  for (std::size_t i = 0; i < content.connections.size(); ++i) {
    const path::Walked walked = memory.walk(observed(content, ways_[capture], i));
    // A note speaks of one connection, so a row that has one is like no other.
    const bool has_notes =
        port_note(walked.trace->leg, capture, i) || quiet_note(walked.trace->leg, content.connections[i]);
    out.push_back(has_notes ? 0 : walked.kind);
  }
  return out;
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
  out.rdp_udp = c.rdp_udp;
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
  out.outcome = outcome_row(content.file, c, trace);
  out.protocol = net::to_string(c.protocol);
  out.deciding_packet = c.deciding_frame;
  out.request = c.request;
  if (trace.name_case_differs) {
    auto request = std::make_shared<wire::ConnectionRequest>(*c.request);
    request->faults.insert(wire::RequestFault::WrongCase);
    out.request = std::move(request);
  }
  out.cookie_text = cookie_text(*c.request, mask_users_);
  out.message = trace.message;
  for (const model::Instance* forwarder : trace.forwarders) out.forwarders.push_back(forwarder->name);
  for (const path::Candidate& one : trace.candidates)
    out.candidates.push_back(
        {one.forwarder->name, std::string{path::word(one.verdict)}, std::string{path::code(one.reason)}});
  for (const path::Hop& hop : trace.hops) out.hops.push_back(hop_row(hop));
  out.assumptions = deployment_.deployment().assumptions;
  add_notes(out, trace.leg, capture, connection);
  return out;
}

ConnectionRow Replay::row(std::size_t capture, std::size_t connection) const {
  const path::Observed seen = observed(captures_[capture], ways_[capture], connection);
  return row(capture, connection, path::walk(deployment_, seen, options_));
}

std::optional<ConnectionNote> Replay::port_note(path::Leg leg, std::size_t capture, std::size_t connection) const {
  const auto& connections = captures_[capture].connections;
  const CapturedConnection& c = connections[connection];
  const Companions& others = ways_[capture].companions[connection];
  const CapturedConnection& forwarded =
      others.to_forwarder && leg == path::Leg::Client ? connections[*others.to_forwarder] : c;
  const bool shows_port = others.to_balancer || &forwarded != &c || c.request->outcome == CookieOutcome::Azure;
  if (!is_at_other_port(forwarded) || !shows_port) return std::nullopt;
  return other_port_note(forwarded.server_port, deployment_.deployment(), forwarded.first_frame);
}

std::optional<ConnectionNote> Replay::quiet_note(path::Leg leg, const CapturedConnection& connection) const {
  if (leg != path::Leg::Client && leg != path::Leg::Forwarder) return std::nullopt;
  return silence_note(connection, deployment_.deployment());
}

void Replay::add_notes(ConnectionRow& row, path::Leg leg, std::size_t capture, std::size_t connection) const {
  if (const auto note = port_note(leg, capture, connection)) {
    row.notes.push_back(*note);
    row.message += "; " + note->text;
  }
  if (const auto note = quiet_note(leg, captures_[capture].connections[connection])) row.notes.push_back(*note);
  for (const ConnectionNote& note : row.notes) row.assumptions.push_back(note.code);
}

ReplayReport Replay::report(const AuditReport& places) const {
  ReplayReport out;
  out.places = &places;
  out.deployment = deployment_.deployment().name;
  out.captures = &captures_;
  out.notes = notes();
  for (const std::string& code : deployment_.deployment().assumptions)
    out.assumptions.push_back({code, std::string{model::assumption_text(code)}});
  out.findings = model::findings(deployment_.deployment());
  out.row = [this](std::size_t capture, std::size_t connection) { return row(capture, connection); };
  out.each_row = [this](const RowVisitor& visit, const AlikeVisitor& enough) {
    for (std::size_t capture = 0; capture < captures_.size(); ++capture)
      if (!visit_rows(capture, visit, enough)) return;
  };
  return out;
}

bool Replay::visit_rows(std::size_t capture, const RowVisitor& visit, const AlikeVisitor& enough) const {
  struct Alike {
    ConnectionRow row;
    std::vector<path::ClientEnd> client_ends;
  };
  const CaptureContent& content = captures_[capture];
  path::WalkMemory memory{deployment_, options_};
  std::vector<std::optional<Alike>> by_kind;
  for (std::size_t i = 0; i < content.connections.size(); ++i) {
    const CapturedConnection& connection = content.connections[i];
    const std::uint32_t kind = ways_[capture].kinds[i];
    if (kind > by_kind.size()) by_kind.resize(kind);
    if (kind != 0 && by_kind[kind - 1]) {
      auto& [row, client_ends] = *by_kind[kind - 1];
      if (enough && enough(row, connection.first_frame)) continue;
      put_client(row, connection, client_ends);
      if (!visit(row)) return false;
      continue;
    }
    const path::Walked walked = memory.walk(observed(content, ways_[capture], i));
    ConnectionRow made = row(capture, i, *walked.trace);
    made.kind = kind;
    if (!visit(made)) return false;
    if (kind != 0) by_kind[kind - 1] = {std::move(made), {walked.client_ends.begin(), walked.client_ends.end()}};
  }
  return true;
}

std::vector<std::string> Replay::notes() const {
  PortEvidence ports;
  std::vector<std::string> out;
  std::size_t silent = 0;
  std::string first_silent;
  for (std::size_t capture = 0; capture < captures_.size(); ++capture) {
    const CaptureContent& content = captures_[capture];
    for (std::size_t i = 0; i < content.connections.size(); ++i) {
      const CapturedConnection& c = content.connections[i];
      const path::Leg leg = deployment_.leg_of(c.server, c.server_port);
      if (leg == path::Leg::Client || leg == path::Leg::Forwarder) {
        const auto note = silence_note(c, deployment_.deployment());
        if (note && ++silent == 1)
          first_silent = fmt::format("{} packet {}: {}", content.file, c.first_frame, note->text);
      }
      if (c.server_port == net::kRdpPort || deployment_.instance_at(c.server) == nullptr) continue;
      const bool paired = is_at_other_port(c) && ways_[capture].companions[i].to_balancer;
      if (paired || c.request->outcome == CookieOutcome::Azure) ports.add(c.server_port, paired);
    }
    if (const auto& s = content.statistics; s.open_evicted + s.half_open_evicted + s.prefixes_dropped > 0)
      out.push_back(fmt::format("{}: more connections at one time than are held; {} were ended early, {} requests lost",
                                content.file, s.open_evicted + s.half_open_evicted, s.prefixes_dropped));
  }
  for (std::string& note : ports.notes(deployment_.deployment())) out.push_back(std::move(note));
  if (silent > 0)
    out.push_back(first_silent + (silent > 1 ? fmt::format(", and {} connections more", silent - 1) : ""));
  return out;
}

}  // namespace nsgcheck::io
