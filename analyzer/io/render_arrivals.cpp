// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_arrivals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_path.hpp"
#include "analyzer/io/render_stage.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

using engine::Verdict;

Json stage_json(const AuditReport& report, const model::Deployment& deployment, const policy::PathStage& stage) {
  Json out = path_stage_head(stage, deployment);
  const policy::Judgement& judgement = stage.answer.judgement;
  out["verdict"] = engine::name(judgement.verdict);
  const bool settled = judgement.verdict != Verdict::Unknown && stage.rules != nullptr;
  out["decidedBy"] = settled ? rules_json(report, *stage.rules, judgement.decided_by) : Json(nullptr);
  return out;
}

Json arrival_json(const AuditReport& report, const model::Deployment& deployment, const policy::Arrival& arrival) {
  const policy::Judgement& judgement = arrival.path.judgement;
  Json out{{"instance", arrival.instance->name},           {"role", arrival.role->name}, {"port", arrival.port},
           {"protocol", net::to_string(arrival.protocol)}, {"direction", "inbound"},     {"source", arrival.source},
           {"verdict", engine::name(judgement.verdict)}};
  if (judgement.reason) out["reason"] = model::code(*judgement.reason);
  add_regions(out, judgement);
  Json stages = Json::array();
  for (const policy::FlowWay& way : arrival.path.ways)
    for (const policy::PathStage& stage : way.stages) stages.push_back(stage_json(report, deployment, stage));
  out["stages"] = std::move(stages);
  out["assumptions"] = arrival.path.assumptions;
  return out;
}

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::Allow:
      return "arrives";
    case Verdict::Deny:
      return "stopped";
    case Verdict::Partial:
      return "in part";
    case Verdict::Unknown:
      break;
  }
  return "unknown";
}

Tone tone(const policy::Arrival& arrival) {
  const Verdict verdict = arrival.path.judgement.verdict;
  if (verdict == Verdict::Unknown) return Tone::Warning;
  if (arrival.source != "Internet") return Tone::Plain;
  return verdict == Verdict::Deny ? Tone::Good : verdict == Verdict::Allow ? Tone::Bad : Tone::Warning;
}

// Who stops it, or which part gets through.
std::string reason_text(const policy::Arrival& arrival) {
  const policy::Judgement& judgement = arrival.path.judgement;
  if (judgement.verdict == Verdict::Unknown) return std::string{model::code(*judgement.reason)};
  if (judgement.verdict == Verdict::Partial) {
    std::vector<std::string> parts;
    for (const policy::NamedRegion& region : judgement.region) parts.push_back(policy::one_line(region));
    return policy::enumerate(parts, 3);
  }
  if (judgement.verdict == Verdict::Allow) return "";
  std::vector<std::string> stops;
  for (const policy::FlowWay& way : arrival.path.ways)
    for (std::string& stop : obstacles(way))
      if (std::find(stops.begin(), stops.end(), stop) == stops.end()) stops.push_back(std::move(stop));
  return "by " + policy::enumerate(stops, 3);
}

std::string row_text(const policy::Arrival& arrival, const Paint& paint, std::size_t width) {
  const std::string service = fmt::format("{}/{}", arrival.port, net::to_string(arrival.protocol));
  const std::string head = fmt::format("  {}from {}{}  ", padded(service, 11), padded(arrival.source, 19),
                                       word(arrival.path.judgement.verdict));
  std::string text = wrapped(printable(reason_text(arrival)), head, width);
  const std::size_t end = text.find('\n');
  std::string first = text.substr(0, end);
  first.erase(first.find_last_not_of(' ') + 1);
  return paint(tone(arrival), first) + text.substr(end);
}

// "" where the inputs do not say.
std::string_view sku_word(model::Sku sku) {
  if (sku == model::Sku::Standard) return "Standard";
  return sku == model::Sku::Basic ? "Basic" : "";
}

// "web-nic by public address pip (Standard)", "vm0-nic by NAT rule lb/rdp, port 50001 to 3389"
std::string way_text(const std::string& name, const model::PublicWay& way) {
  std::string out = fmt::format("{} by {}", name, way.by);
  if (const std::string_view sku = sku_word(way.sku); !sku.empty()) out += fmt::format(" ({})", sku);
  if (way.frontend_port && way.backend_port)
    out += fmt::format(", port {} to {}", *way.frontend_port, *way.backend_port);
  if (way.closed) out += ", which lets nothing in as no NSG does";
  if (way.doubt) out += fmt::format(" (not certain, {}: {})", model::code(way.doubt->reason), way.doubt->text);
  return out;
}

Json way_json(const std::string& name, const model::PublicWay& way) {
  Json out{{"interface", name},
           {"by", way.by},
           {"sku", sku_word(way.sku).empty() ? Json(nullptr) : Json(sku_word(way.sku))},
           {"frontendPort", or_null(way.frontend_port)},
           {"backendPort", or_null(way.backend_port)},
           {"floatingIp", way.floating},
           {"closedWithoutNsg", way.closed},
           {"certain", !way.doubt}};
  if (way.doubt) {
    out["reason"] = model::code(way.doubt->reason);
    out["doubt"] = way.doubt->text;
  }
  return out;
}

}  // namespace

Json arrivals_json(const AuditReport& report, const model::Deployment& deployment,
                   std::span<const policy::Arrival> arrivals) {
  Json out = Json::array();
  for (const policy::Arrival& arrival : arrivals) out.push_back(arrival_json(report, deployment, arrival));
  return out;
}

Json networks_json(const AuditReport& report) {
  Json out = Json::array();
  for (const NetworkReport& one : report.networks) {
    const model::NetworkDeployment& network = *one.network;
    Json ways = Json::array();
    for (const auto& [name, way] : network.ways) ways.push_back(way_json(name, way));
    out.push_back({{"name", network.deployment.name},
                   {"arrivals", arrivals_json(report, network.deployment, one.arrivals)},
                   {"publicWays", std::move(ways)},
                   {"unfiltered", network.unfiltered},
                   {"notPlaced", network.not_placed},
                   {"missing", network.missing}});
  }
  return out;
}

Json attached_json(const NsgReport& nsg) {
  Json out = Json::array();
  for (const policy::AttachedTo& one : nsg.attached) out.push_back({{"appliedTo", one.applied_to}, {"name", one.name}});
  return out;
}

std::string arrivals_text(std::span<const policy::Arrival> arrivals, const Paint& paint, std::size_t width) {
  std::vector<std::pair<std::vector<std::string>, std::string>> tables;  // names, rows
  for (std::size_t i = 0; i < arrivals.size();) {
    const model::Instance* instance = arrivals[i].instance;
    std::string rows;
    for (; i < arrivals.size() && arrivals[i].instance == instance; ++i) rows += row_text(arrivals[i], paint, width);
    const auto same =
        std::find_if(tables.begin(), tables.end(), [&](const auto& table) { return table.second == rows; });
    if (same != tables.end())
      same->first.push_back(instance->name);
    else
      tables.push_back({{instance->name}, std::move(rows)});
  }
  std::string out;
  for (const auto& [names, rows] : tables) out += wrapped(printable(policy::enumerate(names, 6)), "", width) + rows;
  return out;
}

std::string network_text(const NetworkReport& report, const Paint& paint, std::size_t width) {
  const model::NetworkDeployment& network = *report.network;
  std::string out = arrivals_text(report.arrivals, paint, width);
  const auto line = [&](std::string_view head, const std::vector<std::string>& what) {
    if (!what.empty()) out += wrapped(printable(fmt::format("{} {}", head, policy::enumerate(what, 6))), "  ", width);
  };
  std::vector<std::string> ways;
  for (const auto& [name, way] : network.ways) ways.push_back(way_text(name, way));
  line("ways in from the Internet:", ways);
  line("no NSG stands before:", network.unfiltered);
  line("not judged, as the address is not known:", network.not_placed);
  for (const std::string& missing : network.missing) line("missing:", {missing});
  return out;
}

std::string attached_text(const NsgReport& nsg) {
  if (nsg.attached.empty()) return "attached to nothing in the deployment, so it filters nothing there";
  std::vector<std::string> names;
  for (const policy::AttachedTo& one : nsg.attached)
    names.push_back((one.applied_to == "subnet" ? "subnet " : "the NIC of ") + one.name);
  return "attached to " + policy::enumerate(names, 4);
}

std::string arrives_text(const NsgReport& nsg, const policy::Finding& finding) {
  if (!finding.arrives) return "";
  if (nsg.attached.empty()) return "arrives nowhere: the NSG is attached to nothing in the deployment";
  std::string out;
  if (!finding.arrives->at.empty()) out = "arrives at " + policy::enumerate(finding.arrives->at, 4);
  if (!finding.arrives->perhaps_at.empty())
    out += (out.empty() ? "may arrive at " : "; may arrive at ") + policy::enumerate(finding.arrives->perhaps_at, 4);
  return out.empty() ? "arrives at no instance: other stages stop it" : out;
}

}  // namespace nsgcheck::io
