// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/markdown_text.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_verdicts.hpp"
#include "analyzer/io/report.hpp"

namespace nsgcheck::io {
namespace {

std::string verdict_cell(const model::Nsg& nsg, const policy::PortVerdict& row) {
  const std::string word = verdict_word(row);
  const bool loud = row.judgement.verdict != engine::Verdict::Deny && row.source == "Internet";
  const std::string by = markdown_code(decider(nsg, row.judgement));
  return (loud ? "**" + word + "**" : word) + (by.empty() ? "" : ' ' + by);
}

std::string verdicts(const NsgReport& nsg) {
  if (nsg.audit.ports.empty()) return "";
  std::string out = "| flow | from | to | verdict | open part |\n|---|---|---|---|---|\n";
  for (const policy::PortVerdict& row : nsg.audit.ports) {
    const policy::Judgement& judgement = row.judgement;
    std::string part;
    if (judgement.verdict == engine::Verdict::Partial)
      part = markdown_code(fmt::format("{}", fmt::join(region_lines(judgement.region), "; ")));
    if (!judgement.unknown_region.empty())
      part += (part.empty() ? "" : ", ") + std::string{"not settled: "} +
              markdown_code(fmt::format("{}", fmt::join(region_lines(judgement.unknown_region), "; ")));
    if (judgement.reason) part += fmt::format(" ({})", model::code(*judgement.reason));
    if (!judgement.complete) part += " (the work budget ran out: there may be more)";
    out += fmt::format("| {} {}/{} | {} | {} | {} | {} |\n", model::name(row.direction), row.port,
                       net::to_string(row.protocol), row.source, row.destination, verdict_cell(nsg.nsg, row), part);
  }
  return out + '\n';
}

std::string findings(const AuditReport& report, const NsgReport& nsg) {
  if (nsg.audit.findings.empty()) return nsg.audit.undecided.empty() ? "No findings.\n\n" : "";
  std::string out = "| severity | policy | where | what |\n|---|---|---|---|\n";
  for (const policy::Finding& finding : nsg.audit.findings) {
    const std::string severity{policy::name(finding.severity)};
    const std::string remark = remark_on(finding);
    const std::string status = remark.empty() ? "" : ", " + remark;
    const std::string until = finding.suppressed ? "<br>suppressed " + markdown_plain(suppressed_text(finding)) : "";
    const Place place = place_of(report, anchor_of(nsg, finding));
    out += fmt::format("| {}{} | {}<br>{} | {} | {}{}{} |\n",
                       finding.severity <= policy::Severity::High ? "**" + severity + "**" : severity, status,
                       markdown_plain(finding.policy->id), markdown_plain(finding.policy->title),
                       place.position ? markdown_code(to_string(place)) : "", markdown_plain(finding.message),
                       finding.witness ? "<br>e.g. " + markdown_code(to_string(*finding.witness)) : "", until);
  }
  return out + '\n';
}

std::string nsg_section(const AuditReport& report, const NsgReport& nsg) {
  const Place place = place_of(report, nsg.nsg.span);
  std::string out = fmt::format("## {}\n\n", nsg.nsg.name.empty() ? "(unnamed NSG)" : markdown_code(nsg.nsg.name));
  if (place.position) out += markdown_code(fmt::format("{}:{}", place.file, place.position->line)) + ", ";
  out += fmt::format("{} inbound and {} outbound rules\n\n", count_user_rules(nsg.nsg, net::Direction::Inbound),
                     count_user_rules(nsg.nsg, net::Direction::Outbound));
  out += verdicts(nsg);
  const std::string closed = proven_closed(nsg.audit);
  if (!closed.empty() && is_read_in_part(report, nsg))
    out += "By the rules at hand this NSG lets nothing from the Internet through to " + closed +
           "; parts of its input are missing or not understood.\n\n";
  else if (!closed.empty())
    out += "Proven: this NSG lets nothing from the Internet through to " + closed + ".\n\n";
  out += findings(report, nsg);
  for (const policy::ModelRule rule : nsg.audit.undecided)
    out += "The work budget ran out for " + markdown_code(nsg.nsg.rules[rule].name) +
           ": whether it is shadowed or redundant is not known.\n\n";
  return out;
}

/// What the policies say that have findings, once each.
std::string advice(const AuditReport& report) {
  std::string out;
  std::set<std::string_view> said;
  for (const FindingOfNsg& one : all_findings(report)) {
    const policy::Policy& policy = *one.finding->policy;
    if (one.finding->status == policy::Status::Suppressed || is_known(*one.finding) || !said.insert(policy.id).second)
      continue;
    out += fmt::format("- **{}** {}", markdown_plain(policy.id), markdown_plain(policy.title));
    if (!policy.rationale.empty()) out += "<br>Why: " + markdown_plain(policy.rationale);
    if (!policy.remediation.empty()) out += "<br>Fix: " + markdown_plain(policy.remediation);
    out += '\n';
  }
  if (out.empty()) return "";
  return "<details><summary>Why, and what to do</summary>\n\n" + out + "\n</details>\n\n";
}

std::string gone(const AuditReport& report) {
  if (!report.gone || report.gone->empty()) return "";
  std::string out;
  for (const policy::BaselineEntry& one : *report.gone) out += "- " + markdown_code(gone_text(one)) + '\n';
  return "<details><summary>Gone since the baseline</summary>\n\n" + out + "\n</details>\n\n";
}

std::string inputs(const AuditReport& report) {
  std::string skipped;
  std::string errors;
  for (const InputReport& input : report.inputs) {
    if (input.has_no_nsg) skipped += fmt::format("- {}: {}\n", markdown_code(input.file), kNoNsg);
    for (const Skipped& one : input.skipped) {
      const Place place = place_of(report, one.span);
      skipped += fmt::format("- {}: {}\n", markdown_code(place.position ? to_string(place) : input.file),
                             markdown_plain(one.what));
    }
    for (const Diagnostic& error : input.errors)
      errors += fmt::format("- {}: {}\n", markdown_code(to_string(Place{input.file, error.position, ""})),
                            markdown_plain(error.message));
  }
  std::string out;
  if (!errors.empty()) out += "**Missing or not understood**\n\n" + errors + '\n';
  if (!skipped.empty()) out += "<details><summary>Skipped</summary>\n\n" + skipped + "\n</details>\n\n";
  return out;
}

std::string assumptions(const AuditReport& report) {
  std::string out;
  for (const policy::Assumption& one : report.assumptions)
    out += fmt::format("- {} ({})\n", markdown_plain(one.text), markdown_code(one.code));
  return out.empty() ? "" : "<details><summary>Assumptions</summary>\n\n" + out + "\n</details>\n\n";
}

}  // namespace

std::string render_markdown(const AuditReport& report) {
  std::string out = "# nsgcheck\n\n" + markdown_plain(summary_line(report)) + "\n\n";
  for (const NsgReport& nsg : report.nsgs) out += nsg_section(report, nsg);
  if (report.whole) {
    const NsgReport& whole = *report.whole;
    out += fmt::format("## {} {}\n\n", report.deployment != nullptr ? "Deployment" : "Network",
                       markdown_code(whole.nsg.name)) +
           findings(report, whole);
  }
  if (report.governance) out += "## Suppressions\n\n" + findings(report, *report.governance);
  out += gone(report) + advice(report) + assumptions(report) + inputs(report);
  out.pop_back();
  return out;
}

}  // namespace nsgcheck::io
