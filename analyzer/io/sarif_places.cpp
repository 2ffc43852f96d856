// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/sarif_places.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/render_printable.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/hops.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

using engine::Verdict;

// GitHub keeps a thousand steps; nobody reads more ways than these.
constexpr std::size_t kMostSarifSteps = 100;
constexpr std::size_t kMostArrivals = 10;

/// RFC 3986: what is no unreserved character is written as %XX, in UTF-8. An absolute path is a `file:` URI.
std::string uri_of(std::string_view path) {
  constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (c == '\\')
      out += '/';
    else if (kUnreserved.find(c) != std::string_view::npos)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// `nsg` null: at none.
Json step(const AuditReport& report, const model::Nsg* nsg, SourceSpan span, std::string_view text) {
  Json where = Json::object();
  if (nsg != nullptr)
    where = location(report, *nsg, span);
  else if (const Place place = place_of(report, span); place.position)
    where["physicalLocation"] = physical_location(place);
  where["message"] = Json{{"text", printable(text)}};
  return {{"location", std::move(where)}};
}

Json flow_of(Json steps) { return {{"threadFlows", Json::array({Json{{"locations", std::move(steps)}}})}}; }

std::string says(const model::SecurityRule& rule, bool unsettled) {
  if (!rule.access.value) return unsettled ? " may decide" : " decides";
  if (*rule.access.value == model::Access::Allow) return unsettled ? " may allow" : " allows";
  return unsettled ? " may deny" : " denies";
}

Json rule_flow(const AuditReport& report, const NsgReport& nsg, const policy::Finding& finding) {
  std::vector<policy::ModelRule> rules = finding.decided_by;
  if (finding.rule && std::find(rules.begin(), rules.end(), *finding.rule) == rules.end())
    rules.push_back(*finding.rule);
  const auto priority = [&](policy::ModelRule rule) {
    return nsg.nsg.rules[rule].priority.value.value_or(std::numeric_limits<std::int64_t>::max());
  };
  std::stable_sort(rules.begin(), rules.end(),
                   [&](policy::ModelRule a, policy::ModelRule b) { return priority(a) < priority(b); });
  Json steps = Json::array();
  for (const policy::ModelRule index : rules) {
    if (steps.size() == kMostSarifSteps) break;
    const model::SecurityRule& rule = nsg.nsg.rules[index];
    steps.push_back(step(report, &nsg.nsg, rule.span, policy::rule_label(rule) + says(rule, is_unsettled(finding))));
  }
  return flow_of(std::move(steps));
}

bool passes(const policy::FlowWay& way, std::string_view nsg) {
  if (way.judgement.verdict != Verdict::Allow && way.judgement.verdict != Verdict::Partial) return false;
  return std::any_of(way.stages.begin(), way.stages.end(), [&](const policy::PathStage& stage) {
    return stage.kind == policy::StageKind::Nsg && stage.rules && stage.rules->name == nsg;
  });
}

bool names(const policy::FlowPattern& flows, const std::string& source) {
  return flows.direction == net::Direction::Inbound &&
         std::any_of(flows.from.begin(), flows.from.end(),
                     [&](const model::AddressItem& item) { return net::same_word(item.text, source); });
}

// Whether the finding's policy is about traffic from there.
bool asks_from(const policy::Policy& policy, const std::string& source) {
  return std::any_of(policy.asks.begin(), policy.asks.end(), [&](const policy::Ask& ask) {
    if (const auto* forbid = std::get_if<policy::Forbid>(&ask)) return names(forbid->flows, source);
    if (const auto* whole = std::get_if<policy::ForbidWhole>(&ask)) return names(whole->flows, source);
    return false;
  });
}

bool is_about(const policy::Finding& finding, const policy::Arrival& arrival) {
  const auto& at = finding.arrives->at;
  if (std::find(at.begin(), at.end(), arrival.instance->name) == at.end()) return false;
  if (!asks_from(*finding.policy, arrival.source)) return false;
  return std::any_of(finding.region.begin(), finding.region.end(), [&](const policy::NamedRegion& named) {
    return named.region.protocols.test(arrival.protocol.number) &&
           named.region.destination_ports.contains(arrival.port);
  });
}

Json arrival_flow(const AuditReport& report, const policy::Arrival& arrival, const policy::FlowWay& way) {
  Json steps = Json::array();
  SourceSpan last;
  for (const policy::PathStage& stage : way.stages) {
    if (steps.size() == kMostSarifSteps) break;
    const auto& deciders = stage.answer.judgement.decided_by;
    std::string text = policy::stage_name(stage);
    if (stage.rules && !deciders.empty()) {
      text += ": " + policy::rule_labels(*stage.rules, deciders);
      last = stage.rules->rules[deciders.front()].span;
    }
    steps.push_back(step(report, stage.rules.get(), stage.rules && !deciders.empty() ? last : SourceSpan{},
                         text + " lets it through"));
  }
  const std::string end = fmt::format("{} {} from {} arrives at {}", net::to_string(arrival.protocol), arrival.port,
                                      arrival.source, arrival.instance->name);
  steps.push_back(step(report, nullptr, last, end));
  return flow_of(std::move(steps));
}

void add_arrivals(Json& flows, const AuditReport& report, const NsgReport& nsg, const policy::Finding& finding,
                  const std::vector<policy::Arrival>& arrivals) {
  for (const policy::Arrival& arrival : arrivals) {
    if (!is_about(finding, arrival)) continue;
    for (const policy::FlowWay& way : arrival.path.ways) {
      if (!passes(way, nsg.nsg.name)) continue;
      if (flows.size() > kMostArrivals) return;
      flows.push_back(arrival_flow(report, arrival, way));
    }
  }
}

}  // namespace

Json physical_location(const Place& place) {
  Json out{{"artifactLocation", {{"uri", uri_of(place.file)}}}};
  if (!place.position) return out;
  const Position& at = *place.position;
  Json region{{"startLine", at.line}, {"startColumn", at.column}};
  // An empty region would be no place at all.
  if (at.end_line > at.line || at.end_column > at.column) {
    region["endLine"] = at.end_line;
    region["endColumn"] = at.end_column;
  }
  out["region"] = std::move(region);
  return out;
}

Json location(const AuditReport& report, const model::Nsg& nsg, SourceSpan span) {
  Json out = Json::object();
  const Place place = place_of(report, span);
  if (place.position) out["physicalLocation"] = physical_location(place);
  Json logical{{"name", nsg.name}, {"fullyQualifiedName", nsg.id.value_or(nsg.name)}, {"kind", "resource"}};
  out["logicalLocations"] = Json::array({std::move(logical)});
  return out;
}

Json code_flows(const AuditReport& report, const NsgReport& nsg, const policy::Finding& finding) {
  Json flows = Json::array();
  if (!finding.hops.empty()) {
    Json steps = Json::array();
    for (const policy::Finding::Hop& hop : finding.hops)
      steps.push_back(step(report, nullptr, hop.span, hop_text(hop)));
    flows.push_back(flow_of(std::move(steps)));
    return flows;
  }
  if (is_about_no_nsg(report, nsg) || finding.decided_by.empty()) return flows;
  flows.push_back(rule_flow(report, nsg, finding));
  if (!finding.arrives || finding.direction != net::Direction::Inbound) return flows;
  add_arrivals(flows, report, nsg, finding, report.arrivals);
  for (const NetworkReport& network : report.networks) add_arrivals(flows, report, nsg, finding, network.arrivals);
  return flows;
}

}  // namespace nsgcheck::io
