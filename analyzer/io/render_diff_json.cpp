// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_diff.hpp"
#include "analyzer/io/render_diff_paths.hpp"
#include "analyzer/io/render_parts.hpp"

namespace nsgcheck::io {
namespace {

/// The protocols of a region as entries name them: "any", or one by one (interface 8, Diff). Empty optional: any.
std::vector<std::optional<net::Protocol>> protocols_of(const net::ProtocolSet& protocols) {
  if (protocols.all()) return {std::nullopt};
  std::vector<std::optional<net::Protocol>> out;
  for (unsigned p = 0; p < protocols.size(); ++p)
    if (protocols[p]) out.emplace_back(net::Protocol{static_cast<std::uint8_t>(p)});
  return out;
}

// The region's packet with this protocol instead of its own. Regions of protocols with and without ports have all
// ports.
policy::Witness witness_with(policy::Witness witness, net::Protocol protocol) {
  constexpr net::Port kFirstDynamic = 49152;  // RFC 6335
  witness.protocol = protocol;
  if (!net::has_ports(protocol)) {
    witness.source_port.reset();
    witness.destination_port.reset();
  } else if (!witness.source_port) {
    witness.source_port = kFirstDynamic;
    witness.destination_port = net::Port{0};
  }
  return witness;
}

Json verdict_json(const std::optional<bool>& allows) {
  return !allows ? Json("unknown") : Json(*allows ? "allow" : "deny");
}

void add_entries(Json& out, const DiffReport& report, const policy::NsgDiff& diff, const policy::Change& change) {
  for (const auto& protocol : protocols_of(change.region.region.protocols)) {
    Json entry{{"direction", model::name(change.direction)},
               {"protocol", protocol ? net::to_string(*protocol) : "any"},
               {"source", change.region.source},
               {"sourcePorts", change.region.source_ports},
               {"destination", change.region.destination},
               {"destinationPorts", change.region.destination_ports},
               {"oldRule", decider_json(report.before, diff.nsgs.before, change.old_rule)},
               {"newRule", decider_json(report.after, diff.nsgs.after, change.new_rule)}};
    if (change.shift == engine::Shift::Unknown) {
      entry["oldVerdict"] = verdict_json(change.old_allows);
      entry["newVerdict"] = verdict_json(change.new_allows);
      entry["reason"] = change.reason ? Json(model::code(*change.reason)) : Json(nullptr);
    }
    if (!change.witness)
      entry["witness"] = nullptr;
    else
      entry["witness"] = witness_json(protocol ? witness_with(*change.witness, *protocol) : *change.witness);
    out.push_back(std::move(entry));
  }
}

Json entries_json(const DiffReport& report, const policy::NsgDiff& diff, const std::vector<policy::Change>& changes) {
  Json out = Json::array();
  for (const policy::Change& change : changes) add_entries(out, report, diff, change);
  return out;
}

Json side_json(const AuditReport& side, const model::Nsg* nsg) {
  if (nsg == nullptr) return nullptr;
  const auto line = line_of(side, nsg->span);
  return {{"name", nsg->name},
          {"id", or_null(nsg->id)},
          {"file", line ? Json(side.files[nsg->span.document]) : Json(nullptr)},
          {"line", or_null(line)}};
}

Json nsg_json(const DiffReport& report, const policy::NsgDiff& diff) {
  const model::Nsg& named = diff.nsgs.after != nullptr ? *diff.nsgs.after : *diff.nsgs.before;
  return {{"name", named.name},
          {"status", policy::name(diff.status)},
          {"old", side_json(report.before, diff.nsgs.before)},
          {"new", side_json(report.after, diff.nsgs.after)},
          {"newlyAllowed", entries_json(report, diff, diff.allowed)},
          {"newlyDenied", entries_json(report, diff, diff.denied)},
          {"unknownRegion", entries_json(report, diff, diff.unknown)},
          {"complete", diff.complete}};
}

Json inputs_json(const AuditReport& side) {
  Json out = Json::array();
  for (const InputReport& input : side.inputs) out.push_back(input_json(side, input));
  return out;
}

Json with_paths(Json out, const DiffReport& report) {
  out["arrivals"] = paths_json(report);
  out["arrivalNotes"] = report.path_notes;
  return out;
}

}  // namespace

std::string render_diff_json(const DiffReport& report) {
  Json nsgs = Json::array();
  for (const policy::NsgDiff& diff : report.nsgs) nsgs.push_back(nsg_json(report, diff));
  const auto total = [&](const char* list) {
    std::size_t count = 0;
    for (const Json& nsg : nsgs) count += nsg[list].size();
    return count;
  };
  Json assumptions = Json::array();
  for (const policy::Assumption& one : report.assumptions)
    assumptions.push_back({{"code", one.code}, {"text", one.text}});
  Json summary{{"newlyAllowed", total("newlyAllowed")},
               {"newlyDenied", total("newlyDenied")},
               {"unknown", total("unknownRegion")}};
  const Json out{{"schema", "nsgcheck.diff/1"},
                 {"equivalent", is_equivalent(report)},
                 {"inputs", {{"old", inputs_json(report.before)}, {"new", inputs_json(report.after)}}},
                 {"nsgs", std::move(nsgs)},
                 {"assumptions", std::move(assumptions)},
                 {"summary", std::move(summary)}};
  return dump(report.paths ? with_paths(out, report) : out, 2);
}

std::string render_diff_jsonl(const DiffReport& report) {
  std::string out;
  for (const policy::NsgDiff& diff : report.nsgs) {
    const Json nsg = nsg_json(report, diff);
    for (const char* list : {"newlyAllowed", "newlyDenied", "unknownRegion"}) {
      for (const Json& entry : nsg[list]) {
        Json line{{"nsg", nsg["name"]}, {"change", list}};
        line.update(entry);
        out += dump(line, -1);
      }
    }
  }
  return out;
}

}  // namespace nsgcheck::io
