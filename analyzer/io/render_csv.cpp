// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/csv_text.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

std::string joined(const std::vector<std::string>& items) { return fmt::format("{}", fmt::join(items, "; ")); }

std::string number(const std::optional<Position>& position, std::size_t Position::*member) {
  return position ? std::to_string((*position).*member) : "";
}

std::vector<std::string> labels(const model::Nsg& nsg, const std::vector<policy::ModelRule>& rules) {
  std::vector<std::string> out;
  for (const policy::ModelRule rule : rules) out.push_back(policy::rule_label(nsg.rules[rule]));
  return out;
}

std::vector<std::string> fields_of(const AuditReport& report, const NsgReport& entry, const policy::Finding& finding) {
  const model::Nsg& nsg = entry.nsg;
  const bool of_suppressions = is_about_no_nsg(report, entry) && !is_whole(report, entry);
  const Place place = place_of(report, finding.span);
  const model::SecurityRule* rule = finding.rule ? &nsg.rules[*finding.rule] : nullptr;
  const std::vector<std::string> deciders = labels(nsg, finding.decided_by);
  const bool unsettled = is_unsettled(finding);
  return {finding.policy->id,
          std::string{policy::name(finding.severity)},
          std::string{policy::name(finding.status)},
          of_suppressions ? "" : nsg.name,
          finding.direction ? std::string{model::name(*finding.direction)} : "",
          rule != nullptr ? rule->name : "",
          rule != nullptr && rule->priority.value ? std::to_string(*rule->priority.value) : "",
          place.file,
          number(place.position, &Position::line),
          number(place.position, &Position::column),
          place.pointer,
          finding.policy->title,
          finding.message,
          unsettled ? "" : joined(deciders),
          unsettled ? joined(deciders) : "",
          finding.reason ? std::string{model::code(*finding.reason)} : "",
          joined(region_lines(finding.region)),
          joined(region_lines(finding.unknown_region)),
          finding.witness ? to_string(*finding.witness) : "",
          joined(finding.assumptions),
          finding.policy->remediation,
          joined(finding.policy->aliases),
          finding.fingerprint,
          finding.baseline ? (is_known(finding) ? "known" : "new") : "",
          finding.suppressed ? suppressed_text(finding) : ""};
}

}  // namespace

std::string render_csv(const AuditReport& report) {
  std::string out =
      csv_row({"id",         "severity",    "status",   "nsg",           "direction", "rule",        "priority",
               "file",       "line",        "column",   "pointer",       "title",     "message",     "decidedBy",
               "candidates", "reason",      "region",   "unknownRegion", "witness",   "assumptions", "remediation",
               "aliases",    "fingerprint", "baseline", "suppressed"});
  for (const auto& [nsg, finding] : all_findings(report)) out += csv_row(fields_of(report, *nsg, *finding));
  return out;
}

}  // namespace nsgcheck::io
