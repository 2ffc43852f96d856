// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/claims.hpp"
#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/markdown_text.hpp"
#include "analyzer/io/render_diff.hpp"
#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::io {
namespace {

// A comment has an end (GitHub takes 65,536 characters); the rest is counted.
constexpr std::size_t kMostRows = 100;

const NsgReport& nsg_of(const ClaimsReport& report, std::size_t nsg) { return report.audit.nsgs[nsg]; }

std::string rules_words(const ClaimsReport& report, std::size_t nsg, const std::vector<policy::ModelRule>& rules) {
  std::vector<std::string> words;
  for (const policy::ModelRule rule : rules) words.push_back(rule_words(report.audit, &nsg_of(report, nsg).nsg, rule));
  return policy::enumerate(words);
}

std::string finding_words(const ClaimsReport& report, std::size_t nsg, const policy::Finding& finding) {
  std::string out = finding.message;
  const Place place = place_of(report.audit, anchor_of(nsg_of(report, nsg), finding));
  if (place.position) out += fmt::format(", {}:{}", place.file, place.position->line);
  if (finding.reason) out += fmt::format(" ({})", model::code(*finding.reason));
  if (finding.witness) out += "; e.g. " + to_string(*finding.witness);
  return out;
}

std::string place_words(const SarifResult& result) {
  if (result.file.empty()) return "no place";
  return result.line ? fmt::format("{}:{}", result.file, *result.line) : result.file;
}

// The rule at which the tool points has no part in what is found.
bool is_by_others(const ClaimRow& row) {
  if (row.status != ClaimStatus::Confirmed || !row.rule) return false;
  const auto& deciders = row.finding->decided_by;
  return !deciders.empty() && std::find(deciders.begin(), deciders.end(), *row.rule) == deciders.end();
}

std::string row_words(const ClaimsReport& report, const ClaimRow& row) {
  if (row.status == ClaimStatus::NotComparable) return row.why;
  const model::Nsg& nsg = nsg_of(report, row.nsg).nsg;
  const std::string head = fmt::format("{} {}: ", row.policy->id, nsg.name);
  if (row.finding != nullptr)
    return head + finding_words(report, row.nsg, *row.finding) +
           (is_by_others(row) ? fmt::format("; {}, where the tool points, is not among them",
                                            rule_words(report.audit, &nsg, row.rule))
                              : "");
  const std::string denied = rules_words(report, row.nsg, row.denied_by);
  return head + "does not happen" + (denied.empty() ? "" : "; denied by " + denied);
}

std::size_t status_count(const ClaimsReport& report, ClaimStatus status) {
  return static_cast<std::size_t>(
      std::count_if(report.rows.begin(), report.rows.end(), [&](const ClaimRow& row) { return row.status == status; }));
}

std::string summary_line(const ClaimsReport& report) {
  return fmt::format("{} confirmed, {} refuted, {} unknown, {} not comparable; {} missed{}",
                     status_count(report, ClaimStatus::Confirmed), status_count(report, ClaimStatus::Refuted),
                     status_count(report, ClaimStatus::Unknown), status_count(report, ClaimStatus::NotComparable),
                     report.missed.size(), report.incomplete ? "; some of the input could not be read" : "");
}

std::string tool_words(const SarifRun& run) {
  std::string out = run.tool.empty() ? "a tool without name" : run.tool;
  if (!run.version.empty()) out += ' ' + run.version;
  return fmt::format("{}: {}", out, count_of(run.results.size(), "result"));
}

Tone status_tone(ClaimStatus status) {
  constexpr std::array<Tone, 4> kTones{Tone::Bad, Tone::Good, Tone::Warning, Tone::Faint};
  return kTones[static_cast<std::size_t>(status)];
}

Json finding_part(const ClaimsReport& report, std::size_t nsg, const policy::Finding& finding) {
  const model::Nsg& owner = nsg_of(report, nsg).nsg;
  Json out{
      {"severity", policy::name(finding.severity)}, {"message", finding.message}, {"fingerprint", finding.fingerprint}};
  out[is_unsettled(finding) ? "candidates" : "decidedBy"] = rules_json(report.audit, owner, finding.decided_by);
  if (finding.reason) out["reason"] = model::code(*finding.reason);
  out["witness"] = finding.witness ? witness_json(*finding.witness) : Json(nullptr);
  return out;
}

Json row_json(const ClaimsReport& report, const ClaimRow& row) {
  const SarifResult& result = *row.result;
  Json out{{"tool", report.log.runs[row.run].tool},
           {"ruleId", result.rule_id},
           {"file", result.file.empty() ? Json(nullptr) : Json(result.file)},
           {"line", or_null(result.line)},
           {"status", name(row.status)}};
  if (row.status == ClaimStatus::NotComparable) {
    out["why"] = row.why;
    return out;
  }
  const model::Nsg& nsg = nsg_of(report, row.nsg).nsg;
  out["policy"] = row.policy->id;
  out["nsg"] = nsg.name;
  out["rule"] = decider_json(report.audit, &nsg, row.rule);
  if (row.finding != nullptr)
    out.update(finding_part(report, row.nsg, *row.finding));
  else
    out["decidedBy"] = rules_json(report.audit, nsg, row.denied_by);
  if (row.status == ClaimStatus::Confirmed) out["byOtherRules"] = is_by_others(row);
  return out;
}

Json missed_json(const ClaimsReport& report, const MissedRow& row) {
  Json out{{"tool", report.log.runs[row.run].tool},
           {"ruleId", row.alias},
           {"policy", row.finding->policy->id},
           {"nsg", nsg_of(report, row.nsg).nsg.name}};
  out.update(finding_part(report, row.nsg, *row.finding));
  return out;
}

}  // namespace

std::string render_claims_text(const ClaimsReport& report, const TextStyle& style) {
  constexpr std::size_t kNarrowest = 60;
  const std::size_t width = std::max(style.width, kNarrowest);
  const Paint paint{style.color};
  std::string out;
  for (const SarifRun& run : report.log.runs)
    out += wrapped(printable(fmt::format("{}: {}", report.file, tool_words(run))), "", width);
  for (const ClaimRow& row : report.rows) {
    const std::string head = printable(fmt::format("{} {}", row.result->rule_id, place_words(*row.result)));
    out += paint(status_tone(row.status), padded(std::string{name(row.status)}, 15)) + head + '\n';
    out += wrapped(printable(row_words(report, row)), "  ", width);
  }
  for (const MissedRow& row : report.missed) {
    out += paint(Tone::Bad, padded("missed", 15)) + printable(row.alias) + '\n';
    out += wrapped(printable(fmt::format("{} {}: {}", row.finding->policy->id, nsg_of(report, row.nsg).nsg.name,
                                         finding_words(report, row.nsg, *row.finding))),
                   "  ", width);
  }
  for (const std::string& note : report.notes) out += wrapped(printable(note), "note  ", width);
  return out + wrapped(summary_line(report), "", width);
}

std::string render_claims_json(const ClaimsReport& report) {
  Json tools = Json::array();
  for (const SarifRun& run : report.log.runs)
    tools.push_back(
        {{"name", run.tool}, {"version", run.version}, {"results", run.results.size()}, {"passed", run.passed}});
  Json inputs = Json::array();
  for (const InputReport& input : report.audit.inputs) inputs.push_back(input_json(report.audit, input));
  Json errors = Json::array();
  for (const Diagnostic& error : report.log.errors)
    errors.push_back({{"line", error.position.line}, {"column", error.position.column}, {"message", error.message}});
  Json results = Json::array();
  for (const ClaimRow& row : report.rows) results.push_back(row_json(report, row));
  Json missed = Json::array();
  for (const MissedRow& row : report.missed) missed.push_back(missed_json(report, row));
  Json assumptions = Json::array();
  for (const policy::Assumption& one : report.audit.assumptions)
    assumptions.push_back({{"code", one.code}, {"text", one.text}});
  const Json out{{"schema", "nsgcheck.import-sarif/1"},
                 {"file", report.file},
                 {"tools", std::move(tools)},
                 {"inputs", std::move(inputs)},
                 {"errors", std::move(errors)},
                 {"results", std::move(results)},
                 {"missed", std::move(missed)},
                 {"notes", report.notes},
                 {"assumptions", std::move(assumptions)},
                 {"summary",
                  {{"confirmed", status_count(report, ClaimStatus::Confirmed)},
                   {"refuted", status_count(report, ClaimStatus::Refuted)},
                   {"unknown", status_count(report, ClaimStatus::Unknown)},
                   {"notComparable", status_count(report, ClaimStatus::NotComparable)},
                   {"missed", report.missed.size()},
                   {"incomplete", report.incomplete}}}};
  return dump(out, 2);
}

std::string render_claims_markdown(const ClaimsReport& report) {
  std::string out = "# nsgcheck import-sarif\n\n" + markdown_plain(summary_line(report)) + "\n\n";
  std::string rows;
  std::size_t count = 0;
  const auto add = [&](std::string_view status, const std::string& id, const std::string& place,
                       const std::string& words) {
    if (++count <= kMostRows)
      rows += fmt::format("| {} | {} | {} | {} |\n", status, markdown_code(id), markdown_code(place),
                          markdown_plain(words));
  };
  for (const ClaimRow& row : report.rows)
    add(name(row.status), row.result->rule_id, place_words(*row.result), row_words(report, row));
  for (const MissedRow& row : report.missed)
    add("missed", row.alias, nsg_of(report, row.nsg).nsg.name,
        row.finding->policy->id + ": " + finding_words(report, row.nsg, *row.finding));
  if (count > 0) out += "| status | id | place | |\n|---|---|---|---|\n" + rows;
  if (count > kMostRows) out += fmt::format("\nand {} more\n", count - kMostRows);
  for (const std::string& note : report.notes) out += "\n- " + markdown_plain(note) + '\n';
  return out;
}

}  // namespace nsgcheck::io
