// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/io/sarif_places.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

std::string_view level_name(Level level) {
  switch (level) {
    case Level::Error:
      return "error";
    case Level::Warning:
      return "warning";
    case Level::Note:
      break;
  }
  return "note";
}

/// GitHub sorts by this number: over 9.0 critical, from 7.0 high, from 4.0 medium, else low.
std::string_view security_severity(policy::Severity severity) {
  switch (severity) {
    case policy::Severity::Critical:
      return "9.5";
    case policy::Severity::High:
      return "8.0";
    case policy::Severity::Medium:
      return "5.5";
    case policy::Severity::Low:
      return "2.5";
    case policy::Severity::Info:
      break;
  }
  return "0.5";
}

/// GitHub takes at most 1,024 characters where it asks for a short text.
Json short_text(std::string_view text) {
  constexpr std::size_t kMost = 1024;
  return {{"text", clipped(printable(text), kMost)}};
}

/// "A port range runs backwards" as `APortRangeRunsBackwards`: SARIF and Azure DevOps want a name in Pascal case.
std::string pascal_case(std::string_view title) {
  const auto in = [](char c, char low, char high) { return c >= low && c <= high; };
  std::string out;
  bool begins_word = true;
  for (const char c : title) {
    const bool small = in(c, 'a', 'z');
    if (!small && !in(c, 'A', 'Z') && !in(c, '0', '9')) {
      begins_word = true;
      continue;
    }
    out += small && begins_word ? static_cast<char>(c - 'a' + 'A') : c;
    begins_word = false;
  }
  return out;
}

bool is_address(std::string_view reference) { return reference.starts_with("https://"); }

Json help(const policy::Policy& policy) {
  std::string text = policy.rationale + (policy.rationale.empty() ? "" : "\n\n") + policy.remediation;
  if (text.empty()) text = policy.title;
  std::string markdown = text;
  if (!policy.rationale.empty() && !policy.remediation.empty())
    markdown = policy.rationale + "\n\n**What to do:** " + policy.remediation;
  if (!policy.references.empty()) {
    text += "\n\nReferences:";
    markdown += "\n\nReferences:\n";
  }
  for (const std::string& reference : policy.references) {
    text += "\n- " + reference;
    markdown += "\n- " + (is_address(reference) ? '<' + reference + '>' : reference);
  }
  return {{"text", text}, {"markdown", markdown}};
}

Json rule_descriptor(const policy::Policy& policy) {
  const policy::Severity severity = worst(policy);
  Json out{{"id", policy.id},
           {"name", pascal_case(policy.title)},
           {"shortDescription", short_text(policy.title)},
           {"fullDescription", short_text(policy.rationale.empty() ? policy.title : policy.rationale)},
           {"help", help(policy)}};
  for (const std::string& reference : policy.references) {
    if (!is_address(reference)) continue;
    out["helpUri"] = reference;
    break;
  }
  out["defaultConfiguration"] = Json{{"level", level_name(level_of(severity))}};
  out["properties"] = Json{{"tags", {"security", "azure", "network"}},
                           {"security-severity", security_severity(severity)},
                           {"precision", "very-high"}};
  if (!policy.aliases.empty()) out["properties"]["aliases"] = policy.aliases;
  return out;
}

Json related_locations(const AuditReport& report, const NsgReport& nsg, const policy::Finding& finding) {
  constexpr std::size_t kMost = 100;
  Json out = Json::array();
  for (const policy::ModelRule index : finding.decided_by) {
    const model::SecurityRule& rule = nsg.nsg.rules[index];
    const Place place = place_of(report, rule.span);
    if (!place.position || out.size() == kMost) continue;
    out.push_back({{"id", out.size() + 1},
                   {"physicalLocation", physical_location(place)},
                   {"message", {{"text", printable(policy::rule_label(rule))}}}});
  }
  return out;
}

Json properties(const policy::Finding& finding) {
  Json out{{"severity", policy::name(finding.severity)}, {"status", policy::name(finding.status)}};
  if (finding.direction) out["direction"] = model::name(*finding.direction);
  if (!finding.region.empty()) out["region"] = region_lines(finding.region);
  if (!finding.unknown_region.empty()) out["unknownRegion"] = region_lines(finding.unknown_region);
  if (!finding.region_complete) out["regionComplete"] = false;
  if (finding.reason) out["reason"] = model::code(*finding.reason);
  if (finding.witness) out["witness"] = to_string(*finding.witness);
  if (!finding.assumptions.empty()) out["assumptions"] = finding.assumptions;
  return out;
}

std::string message_of(const NsgReport& nsg, const policy::Finding& finding) {
  std::string out = nsg.nsg.name + ": " + finding.message;
  if (finding.witness) out += ", e.g. " + to_string(*finding.witness);
  // Brackets would be links to related locations (SARIF 3.11.6).
  std::string escaped;
  for (const char c : printable(out))
    escaped += c == '[' || c == ']' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return escaped + '.';
}

Json suppression(const AuditReport& report, const policy::Finding& finding) {
  if (!finding.suppressed) return {{"kind", "external"}, {"status", "accepted"}};
  const auto& by = *finding.suppressed;
  Json out{{"kind", by.in_source ? "inSource" : "external"},
           {"status", "accepted"},
           {"justification", printable(fmt::format("{} (until {}, {})", by.reason, by.until, by.owner))}};
  const Place place = place_of(report, by.span);
  if (place.position) out["location"] = Json{{"physicalLocation", physical_location(place)}};
  return out;
}

// What a baseline had and this run has not. It stands at its NSG, where that is still there.
Json absent_result(const AuditReport& report, const policy::BaselineEntry& entry) {
  Json out{{"ruleId", entry.id},
           {"level", level_name(level_of(entry.severity))},
           {"message", {{"text", printable("gone since the baseline: " + gone_text(entry)) + '.'}}},
           {"baselineState", "absent"}};
  for (const NsgReport& nsg : report.nsgs) {
    if (!net::same_word(nsg.nsg.name, entry.nsg) || !place_of(report, nsg.nsg.span).position) continue;
    out["locations"] = Json::array({location(report, nsg.nsg, nsg.nsg.span)});
    break;
  }
  out["partialFingerprints"] =
      Json{{"primaryLocationLineHash", entry.fingerprint.substr(0, 16) + ":1"}, {"nsgcheck/v1", entry.fingerprint}};
  out["properties"] = Json{{"severity", policy::name(entry.severity)}, {"status", policy::name(entry.status)}};
  return out;
}

class Results {
 public:
  explicit Results(const AuditReport& report) : report_{report} {
    for (std::size_t i = 0; i < report.policies.size(); ++i) index_.emplace(report.policies[i].id, i);
  }

  Json operator()(const NsgReport& nsg, const policy::Finding& finding) {
    Json out{{"ruleId", finding.policy->id}};
    if (const auto at = index_.find(finding.policy->id); at != index_.end()) out["ruleIndex"] = at->second;
    out["level"] = level_name(level_of(finding.severity));
    out["message"] = Json{{"text", message_of(nsg, finding)}};
    out["locations"] = Json::array({location(report_, nsg.nsg, anchor_of(nsg, finding))});
    Json related = related_locations(report_, nsg, finding);
    if (!related.empty()) out["relatedLocations"] = std::move(related);
    Json flows = code_flows(report_, nsg, finding);
    if (!flows.empty()) out["codeFlows"] = std::move(flows);
    // Two findings of one fingerprint are two alerts.
    const std::size_t occurrence = ++seen_[finding.fingerprint];
    out["partialFingerprints"] =
        Json{{"primaryLocationLineHash", fmt::format("{}:{}", finding.fingerprint.substr(0, 16), occurrence)},
             {"nsgcheck/v1", finding.fingerprint}};
    if (finding.status == policy::Status::Suppressed)
      out["suppressions"] = Json::array({suppression(report_, finding)});
    if (finding.baseline) out["baselineState"] = is_known(finding) ? "unchanged" : "new";
    out["properties"] = properties(finding);
    return out;
  }

 private:
  const AuditReport& report_;
  std::map<std::string_view, std::size_t> index_;
  std::map<std::string_view, std::size_t> seen_;
};

Json notification(std::string_view level, const Place& place, std::string_view text) {
  return {{"level", level},
          {"message", {{"text", printable(text)}}},
          {"locations", Json::array({Json{{"physicalLocation", physical_location(place)}}})}};
}

/// What could not be read or was left aside belongs to the run, not to the results.
Json invocation(const AuditReport& report) {
  Json notes = Json::array();
  bool successful = true;
  for (const InputReport& input : report.inputs) {
    for (const Diagnostic& error : input.errors) {
      notes.push_back(notification("error", {input.file, error.position, ""}, error.message));
      successful = false;
    }
    if (input.has_no_nsg) notes.push_back(notification("note", {input.file, std::nullopt, ""}, kNoNsg));
    for (const Skipped& skipped : input.skipped)
      notes.push_back(
          notification("note", {input.file, place_of(report, skipped.span).position, ""}, "skipped: " + skipped.what));
  }
  for (const NsgReport& nsg : report.nsgs)
    for (const policy::ModelRule rule : nsg.audit.undecided)
      notes.push_back(notification("warning", place_of(report, nsg.nsg.rules[rule].span),
                                   "the work budget ran out for " + policy::rule_label(nsg.nsg.rules[rule]) +
                                       "; whether it is shadowed or redundant is not known"));
  Json out{{"executionSuccessful", successful}};
  if (!notes.empty()) out["toolExecutionNotifications"] = std::move(notes);
  return out;
}

Json driver(const AuditReport& report) {
  Json rules = Json::array();
  for (const policy::Policy& policy : report.policies) rules.push_back(rule_descriptor(policy));
  Json out{{"name", "nsgcheck"}, {"fullName", "nsgcheck " NSGCHECK_VERSION}, {"semanticVersion", NSGCHECK_VERSION}};
  constexpr std::string_view kHome = NSGCHECK_HOMEPAGE;
  if (!kHome.empty()) out["informationUri"] = kHome;
  out["rules"] = std::move(rules);
  return out;
}

}  // namespace

std::string render_sarif(const AuditReport& report) {
  const std::vector<FindingOfNsg> findings = all_findings(report);
  Results to_result{report};
  Json run{{"tool", {{"driver", driver(report)}}},
           {"automationDetails", {{"id", "nsgcheck/"}}},
           {"invocations", Json::array({invocation(report)})},
           {"columnKind", "unicodeCodePoints"}};
  if (!report.assumptions.empty()) {
    Json assumptions = Json::array();
    for (const policy::Assumption& one : report.assumptions)
      assumptions.push_back({{"code", one.code}, {"text", one.text}});
    run["properties"] = Json{{"assumptions", std::move(assumptions)}};
  }
  run["results"] = Json::array();
  const Json out{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                 {"version", "2.1.0"},
                 {"runs", Json::array({std::move(run)})}};
  constexpr std::size_t kDepthOfRun = 3;
  const std::size_t gone = report.gone ? report.gone->size() : 0;
  return dump_with(out, kDepthOfRun, {{"results", findings.size() + gone, [&](std::size_t i) {
                                         if (i >= findings.size())
                                           return absent_result(report, (*report.gone)[i - findings.size()]);
                                         return to_result(*findings[i].nsg, *findings[i].finding);
                                       }}});
}

}  // namespace nsgcheck::io
