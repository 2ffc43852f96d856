// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_arrivals.hpp"
#include "analyzer/io/render_expectations.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/report.hpp"

namespace nsgcheck::io {
namespace {

// What the rules that settle something are called: none is named for what is not settled, only who may.
void add_deciders(Json& out, const AuditReport& report, const model::Nsg& nsg, bool settled,
                  const std::vector<policy::ModelRule>& rules, const std::vector<policy::ModelRule>& candidates) {
  out["decidedBy"] = settled ? rules_json(report, nsg, rules) : Json(nullptr);
  if (!settled || !candidates.empty()) out["candidates"] = rules_json(report, nsg, candidates);
}

Json port_json(const AuditReport& report, const model::Nsg& nsg, const policy::PortVerdict& row) {
  const policy::Judgement& judgement = row.judgement;
  Json out{
      {"port", row.port},     {"protocol", net::to_string(row.protocol)}, {"direction", model::name(row.direction)},
      {"source", row.source}, {"destination", row.destination},           {"verdict", engine::name(judgement.verdict)}};
  add_deciders(out, report, nsg, judgement.verdict != engine::Verdict::Unknown, judgement.decided_by,
               judgement.candidates);
  if (judgement.reason) out["reason"] = model::code(*judgement.reason);
  out["region"] = regions_json(judgement.region);
  out["regionComplete"] = judgement.complete;
  if (!judgement.unknown_region.empty()) out["unknownRegion"] = regions_json(judgement.unknown_region);
  out["witness"] = judgement.witness ? witness_json(*judgement.witness) : Json(nullptr);
  return out;
}

Json nsg_json(const AuditReport& report, const NsgReport& entry) {
  const Place place = place_of(report, entry.nsg.span);
  Json ports = Json::array();
  for (const policy::PortVerdict& row : entry.audit.ports) ports.push_back(port_json(report, entry.nsg, row));
  Json out{{"name", entry.nsg.name},
           {"id", or_null(entry.nsg.id)},
           {"file", place.position ? Json(place.file) : Json(nullptr)},
           {"line", place.position ? Json(place.position->line) : Json(nullptr)},
           {"rules",
            {{"inbound", model::count_user_rules(entry.nsg, net::Direction::Inbound)},
             {"outbound", model::count_user_rules(entry.nsg, net::Direction::Outbound)}}},
           {"ports", std::move(ports)}};
  if (!entry.nsg.conditions.empty()) out["conditions"] = entry.nsg.conditions;
  if (report.deployment != nullptr || !entry.attached.empty()) out["attachedTo"] = attached_json(entry);
  if (!entry.audit.undecided.empty()) out["undecided"] = rules_json(report, entry.nsg, entry.audit.undecided);
  return out;
}

void add_place(Json& out, const Place& place) {
  const auto number = [&](std::size_t Position::*member) {
    return place.position ? Json((*place.position).*member) : Json(nullptr);
  };
  out["file"] = place.position ? Json(place.file) : Json(nullptr);
  out["line"] = number(&Position::line);
  out["column"] = number(&Position::column);
  out["endLine"] = number(&Position::end_line);
  out["endColumn"] = number(&Position::end_column);
  out["pointer"] = place.position ? Json(place.pointer) : Json(nullptr);
}

Json suppression_json(const AuditReport& report, const policy::Finding::Suppressed& by) {
  const Place place = place_of(report, by.span);
  return {{"owner", by.owner},
          {"until", by.until},
          {"reason", by.reason},
          {"kind", by.in_source ? "inSource" : "external"},
          {"file", place.position ? Json(place.file) : Json(nullptr)},
          {"line", place.position ? Json(place.position->line) : Json(nullptr)}};
}

// As the hops of replay (interface 7).
Json hop_json(const AuditReport& report, const policy::Finding::Hop& hop) {
  Json out{{"hop", fmt::format("{}-{}", hop.nsg.empty() ? "stage" : "nsg", model::name(hop.direction))},
           {"at", hop.at},
           {"nsg", hop.nsg.empty() ? Json(nullptr) : Json(hop.nsg)},
           {"appliedTo", hop.applied_to.empty() ? Json(nullptr) : Json(hop.applied_to)},
           {"verdict", engine::name(hop.verdict)},
           {"decidedBy", nullptr}};
  if (!hop.rule.empty())
    out["decidedBy"] =
        Json{{"name", hop.rule}, {"priority", or_null(hop.priority)}, {"line", or_null(line_of(report, hop.span))}};
  return out;
}

// A finding about the deployment as a whole is about no NSG.
Json finding_json(const AuditReport& report, const NsgReport& entry, const policy::Finding& finding) {
  const model::Nsg& nsg = entry.nsg;
  const bool whole = is_whole(report, entry);
  Json out{{"id", finding.policy->id},
           {"aliases", finding.policy->aliases},
           {"title", finding.policy->title},
           {"severity", policy::name(finding.severity)},
           {"status", policy::name(finding.status)},
           {"nsg", is_about_no_nsg(report, entry) ? Json(nullptr) : Json(nsg.name)},
           {"direction", finding.direction ? Json(model::name(*finding.direction)) : Json(nullptr)}};
  add_place(out, place_of(report, finding.span));
  if (finding.rule) {
    const model::SecurityRule& rule = nsg.rules[*finding.rule];
    out["rule"] = Json{{"name", rule.name}, {"priority", or_null(rule.priority.value)}};
  }
  if (whole) out["deployment"] = nsg.name;
  if (finding.expected) out["expectation"] = finding.expected->name;
  out["message"] = finding.message;
  if (is_unsettled(finding))
    add_deciders(out, report, nsg, false, {}, finding.decided_by);
  else
    add_deciders(out, report, nsg, true, finding.decided_by, {});
  if (finding.reason) out["reason"] = model::code(*finding.reason);
  out["region"] = regions_json(finding.region);
  out["regionComplete"] = finding.region_complete;
  if (!finding.unknown_region.empty()) out["unknownRegion"] = regions_json(finding.unknown_region);
  if (finding.witness) out["witness"] = witness_json(*finding.witness);
  if (!finding.hops.empty()) {
    out["hops"] = Json::array();
    for (const policy::Finding::Hop& hop : finding.hops) out["hops"].push_back(hop_json(report, hop));
  }
  if (finding.arrives) {
    out["arrivesAt"] = finding.arrives->at;
    out["mayArriveAt"] = finding.arrives->perhaps_at;
  }
  out["assumptions"] = finding.assumptions;
  out["remediation"] = finding.policy->remediation;
  out["fingerprint"] = finding.fingerprint;
  if (finding.suppressed) out["suppression"] = suppression_json(report, *finding.suppressed);
  if (finding.baseline) out["baseline"] = is_known(finding) ? "known" : "new";
  return out;
}

Json summary_json(const AuditReport& report) {
  const Summary sum = summarise(report);
  Json out{{"critical", sum.critical}, {"high", sum.high},       {"medium", sum.medium},        {"low", sum.low},
           {"info", sum.info},         {"unknown", sum.unknown}, {"suppressed", sum.suppressed}};
  if (!report.gone) return out;
  out["known"] = sum.known;
  out["new"] = sum.critical + sum.high + sum.medium + sum.low + sum.info - sum.known;
  out["gone"] = report.gone->size();
  return out;
}

// What a baseline file and the list of what is gone say of a finding.
Json entry_json(const policy::BaselineEntry& entry) {
  Json out{{"id", entry.id},
           {"severity", policy::name(entry.severity)},
           {"status", policy::name(entry.status)},
           {"nsg", entry.nsg.empty() ? Json(nullptr) : Json(entry.nsg)},
           {"fingerprint", entry.fingerprint}};
  if (entry.arrives) out["arrivesAt"] = *entry.arrives;
  return out;
}

template <class Items, class ToJson>
Json list(const Items& items, const ToJson& to_json) {
  Json out = Json::array();
  for (const auto& item : items) out.push_back(to_json(item));
  return out;
}

}  // namespace

std::string render_json(const AuditReport& report) {
  const std::vector<FindingOfNsg> findings = all_findings(report);
  Json out{{"schema", "nsgcheck.audit/1"},
           {"inputs", list(report.inputs, [&](const InputReport& input) { return input_json(report, input); })},
           {"nsgs", Json::array()},
           {"findings", Json::array()},
           {"assumptions", list(report.assumptions,
                                [](const policy::Assumption& one) {
                                  return Json{{"code", one.code}, {"text", one.text}};
                                })},
           {"summary", summary_json(report)}};
  if (report.intent != nullptr) {
    out["expectations"] = expectations_json(report);
    out["summary"]["expectations"] = expectation_counts_json(report);
    if (Json mutation = mutation_json(report); !mutation.is_null()) out["mutation"] = std::move(mutation);
  }
  if (report.deployment != nullptr) out["arrivals"] = arrivals_json(report, *report.deployment, report.arrivals);
  if (!report.networks.empty()) out["networks"] = networks_json(report);
  if (report.gone) out["gone"] = list(*report.gone, entry_json);
  if (!report.unplaced.empty()) out["unplacedInterfaces"] = report.unplaced;
  return dump_with(out, 1,
                   {{"nsgs", report.nsgs.size(), [&](std::size_t i) { return nsg_json(report, report.nsgs[i]); }},
                    {"findings", findings.size(),
                     [&](std::size_t i) { return finding_json(report, *findings[i].nsg, *findings[i].finding); }}});
}

std::string render_baseline(const AuditReport& report) {
  Json out{{"schema", "nsgcheck.baseline/1"}, {"findings", Json::array()}};
  for (const auto& [nsg, finding] : all_findings(report))
    if (policy::may_be_known(*finding))
      out["findings"].push_back(
          entry_json(policy::baseline_entry(*finding, is_about_no_nsg(report, *nsg) ? "" : nsg->nsg.name)));
  return dump(out, 2);
}

std::string render_jsonl(const AuditReport& report) {
  std::string out;
  for (const FindingOfNsg& one : all_findings(report)) out += dump(finding_json(report, *one.nsg, *one.finding), -1);
  return out;
}

}  // namespace nsgcheck::io
