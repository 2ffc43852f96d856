// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/render_replay_json.hpp"

#include <utility>

#include "simulator/io/replay_row_texts.hpp"

namespace nsgcheck::io {
namespace {

Json given_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json end_json(const HopTuple& tuple) {
  return {{"source", tuple.source.address},
          {"sourcePort", or_null(tuple.source.port)},
          {"destination", tuple.destination.address},
          {"destinationPort", or_null(tuple.destination.port)}};
}

Json hop_json(const AuditReport& places, const HopRow& hop) {
  Json out{{"hop", hop.hop}};
  if (!hop.at.empty()) out["at"] = hop.at;
  if (!hop.instance.empty()) out["instance"] = hop.instance;
  if (!hop.nsg.empty()) out["nsg"] = hop.nsg;
  if (!hop.applied_to.empty()) out["appliedTo"] = hop.applied_to;
  out["verdict"] = hop.verdict;
  if (!hop.reason.empty()) out["reason"] = hop.reason;
  if (hop.before) out["before"] = end_json(*hop.before);
  if (hop.after) out["after"] = end_json(*hop.after);
  if (hop.rule != nullptr) out["decidedBy"] = rule_json(places, *hop.rule);
  if (!hop.text.empty()) out["message"] = hop.text;
  if (hop.behind_loss) out["behindLoss"] = true;
  return out;
}

Json cookie_json(const ConnectionRow& row) {
  const wire::ConnectionRequest& request = *row.request;
  Json faults = Json::array();
  for (const wire::RequestFault fault : request.faults) faults.push_back(wire::code(fault));
  const auto& names = request.names;
  return {{"outcome", wire::word(request.outcome)},
          {"text", given_or_null(row.cookie_text)},
          {"role", names ? Json(names->role) : Json(nullptr)},
          {"instance", names ? Json(names->instance) : Json(nullptr)},
          {"endpoint", names ? or_null(names->endpoint) : Json(nullptr)},
          {"faults", std::move(faults)}};
}

Json candidates_json(const ConnectionRow& row) {
  Json out = Json::array();
  for (const CandidateRow& one : row.candidates)
    out.push_back({{"forwarder", one.forwarder}, {"verdict", one.verdict}, {"reason", one.reason}});
  return out;
}

Json notes_json(const ConnectionRow& row) {
  Json out = Json::array();
  for (const ConnectionNote& note : row.notes)
    out.push_back({{"code", note.code}, {"packet", note.packet}, {"message", note.text}});
  return out;
}

Json connection_json(const AuditReport& places, const ConnectionRow& row) {
  const OutcomeRow& outcome = row.outcome;
  return {{"capture", outcome.capture},
          {"firstPacket", outcome.first_packet},
          {"decidingPacket", row.deciding_packet},
          {"protocol", row.protocol},
          {"client", outcome.client},
          {"clientPort", outcome.client_port},
          {"server", outcome.server},
          {"serverPort", outcome.server_port},
          {"leg", given_or_null(outcome.leg)},
          {"cookie", cookie_json(row)},
          {"wanted", or_null(outcome.wanted)},
          {"reached", or_null(outcome.reached)},
          {"verdict", outcome.verdict},
          {"reason", outcome.reason},
          {"message", row.message},
          {"forwarders", row.forwarders},
          {"candidates", candidates_json(row)},
          {"hops", hops_json(places, row.hops)},
          {"notes", notes_json(row)},
          {"assumptions", row.assumptions}};
}

Json undecoded_json(const UndecodedFrames& undecoded) {
  return {{"notIp", undecoded.not_ip},
          {"truncated", undecoded.truncated},
          {"malformed", undecoded.malformed},
          {"fragment", undecoded.fragment},
          {"unknownLinkType", undecoded.unknown_link_type}};
}

Json capture_json(const CaptureContent& capture) {
  Json damage = Json::array();
  for (const CaptureDamage& one : capture.damage)
    damage.push_back({{"offset", one.offset},
                      {"packet", one.frame == 0 ? Json(nullptr) : Json(one.frame)},
                      {"uncompressed", one.uncompressed},
                      {"what", one.what}});
  return {{"file", capture.file},
          {"packets", capture.packets},
          {"linkType", given_or_null(link_type_text(capture))},
          {"connections", capture.connections.size()},
          {"truncated", capture.truncated},
          {"damage", std::move(damage)},
          {"undecoded", undecoded_json(capture.undecoded)}};
}

Json captures_json(const ReplayReport& report) {
  Json out = Json::array();
  for (const CaptureContent& capture : *report.captures) out.push_back(capture_json(capture));
  return out;
}

Json summary_json(const ReplaySummary& summary) {
  return {{"connections", summary.connections}, {"reached", summary.reached},       {"blocked", summary.blocked},
          {"misrouted", summary.misrouted},     {"unroutable", summary.unroutable}, {"unknown", summary.unknown},
          {"notRdp", summary.not_rdp}};
}

}  // namespace

Json hops_json(const AuditReport& places, const std::vector<HopRow>& hops) {
  Json out = Json::array();
  for (const HopRow& hop : hops) out.push_back(hop_json(places, hop));
  return out;
}

Json findings_json(const std::vector<model::DeploymentFinding>& findings) {
  Json out = Json::array();
  for (const model::DeploymentFinding& one : findings) out.push_back({{"code", one.code}, {"message", one.text}});
  return out;
}

Json assumptions_json(const std::vector<policy::Assumption>& assumptions) {
  Json out = Json::array();
  for (const policy::Assumption& one : assumptions) out.push_back({{"code", one.code}, {"text", one.text}});
  return out;
}

std::string indented(const Json& json, std::size_t depth) {
  const std::string flat = dump(json, 2);
  std::string out;
  for (std::size_t i = 0; i + 1 < flat.size(); ++i) {
    out += flat[i];
    if (flat[i] == '\n') out.append(depth * 2, ' ');
  }
  return out;
}

bool render_replay_json(const ReplayReport& report, const TextSink& sink) {
  bool good = sink("{\n  \"schema\": \"nsgcheck.replay/1\",\n  \"captures\": " + indented(captures_json(report), 1) +
                   ",\n  \"connections\": [");
  bool first = true;
  RowTexts texts{[&](const ConnectionRow& row) { return indented(connection_json(*report.places, row), 2); }};
  report.each_row(
      [&](const ConnectionRow& row) {
        good = good && sink(first ? "\n    " : ",\n    ") && sink(texts.text(row));
        first = false;
        return good;
      },
      {});
  return good &&
         sink(std::string{first ? "]" : "\n  ]"} + ",\n  \"summary\": " + indented(summary_json(report.summary), 1) +
              ",\n  \"findings\": " + indented(findings_json(report.findings), 1) +
              ",\n  \"notes\": " + indented(Json(report.notes), 1) +
              ",\n  \"assumptions\": " + indented(assumptions_json(report.assumptions), 1) + "\n}\n");
}

bool render_replay_jsonl(const ReplayReport& report, const TextSink& sink) {
  bool good = true;
  RowTexts texts{[&](const ConnectionRow& row) { return dump(connection_json(*report.places, row), -1); }};
  report.each_row(
      [&](const ConnectionRow& row) {
        good = good && sink(texts.text(row));
        return good;
      },
      {});
  const Json last{{"schema", "nsgcheck.replay/1"},
                  {"captures", captures_json(report)},
                  {"summary", summary_json(report.summary)},
                  {"findings", findings_json(report.findings)},
                  {"notes", report.notes},
                  {"assumptions", assumptions_json(report.assumptions)}};
  return good && sink(dump(last, -1));
}

}  // namespace nsgcheck::io
