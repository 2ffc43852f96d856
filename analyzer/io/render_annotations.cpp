// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/report.hpp"

namespace nsgcheck::io {
namespace {

struct Escape {
  char plain;
  std::string_view written;
};

std::string escaped(std::string_view text, std::initializer_list<Escape> escapes) {
  std::string out;
  for (const char c : printable(text)) {
    const auto* found = std::find_if(escapes.begin(), escapes.end(), [&](const Escape& e) { return e.plain == c; });
    if (found == escapes.end())
      out += c;
    else
      out += found->written;
  }
  return out;
}

// github.com/actions/toolkit, packages/core/src/command.ts. printable() has made line ends visible already.
std::string github_value(std::string_view text) { return escaped(text, {{'%', "%25"}, {':', "%3A"}, {',', "%2C"}}); }
std::string github_text(std::string_view text) { return escaped(text, {{'%', "%25"}}); }

// github.com/microsoft/azure-pipelines-agent, docs on logging commands: %AZP25 is its per cent sign.
std::string azure_value(std::string_view text) { return escaped(text, {{'%', "%AZP25"}, {';', "%3B"}, {']', "%5D"}}); }
std::string azure_text(std::string_view text) { return escaped(text, {{'%', "%AZP25"}}); }

/// One annotation, whoever shows it.
struct Annotation {
  Level level{};
  std::string code;
  std::string title;
  std::string file;
  std::optional<Position> position;
  std::string message;
};

Annotation annotation_of(const AuditReport& report, const NsgReport& nsg, const policy::Finding& finding) {
  const Place place = place_of(report, anchor_of(nsg, finding));
  const std::string remark = remark_on(finding);
  std::string message = nsg.nsg.name + ": " + finding.message;
  if (finding.witness) message += "; e.g. " + to_string(*finding.witness);
  return {is_known(finding) ? Level::Note : level_of(finding.severity),
          finding.policy->id,
          fmt::format("{}{}: {}", policy::name(finding.severity), remark.empty() ? "" : ", " + remark,
                      finding.policy->title),
          place.file,
          place.position,
          std::move(message)};
}

/// Suppressed findings are not for the eye; the last line counts them.
std::vector<Annotation> annotations_of(const AuditReport& report) {
  std::vector<Annotation> out;
  for (const InputReport& input : report.inputs)
    for (const Diagnostic& error : input.errors)
      out.push_back({Level::Error, "", "not understood", input.file, error.position, error.message});
  for (const auto& [nsg, finding] : all_findings(report))
    if (finding->status != policy::Status::Suppressed) out.push_back(annotation_of(report, *nsg, *finding));
  // Services show the first few only.
  std::stable_sort(out.begin(), out.end(), [](const Annotation& a, const Annotation& b) { return a.level < b.level; });
  for (const InputReport& input : report.inputs)
    if (input.has_no_nsg) out.push_back({Level::Note, "", "skipped", input.file, std::nullopt, std::string{kNoNsg}});
  for (const InputReport& input : report.inputs)
    for (const Skipped& skipped : input.skipped)
      out.push_back({Level::Note, "", "skipped", input.file, place_of(report, skipped.span).position, skipped.what});
  return out;
}

std::string_view github_level(Level level) {
  switch (level) {
    case Level::Error:
      return "error";
    case Level::Warning:
      return "warning";
    case Level::Note:
      break;
  }
  return "notice";
}

std::string github_line(const Annotation& one) {
  std::string values;
  const auto add = [&](std::string_view key, const std::string& value) {
    values += fmt::format("{}{}={}", values.empty() ? " " : ",", key, value);
  };
  if (!one.file.empty()) add("file", github_value(one.file));
  if (one.position) {
    const Position& at = *one.position;
    add("line", std::to_string(at.line));
    add("col", std::to_string(at.column));
    add("endLine", std::to_string(at.end_line));
    // Columns of different lines do not belong together.
    if (at.end_line == at.line) add("endColumn", std::to_string(at.end_column));
  }
  add("title", github_value(one.code.empty() ? one.title : one.code + ' ' + one.title));
  return fmt::format("::{}{}::{}\n", github_level(one.level), values, github_text(one.message));
}

std::string azure_line(const Annotation& one) {
  // There are errors and warnings only.
  std::string values = one.level == Level::Error ? "type=error;" : "type=warning;";
  if (!one.file.empty()) values += fmt::format("sourcepath={};", azure_value(one.file));
  if (one.position) values += fmt::format("linenumber={};columnnumber={};", one.position->line, one.position->column);
  if (!one.code.empty()) values += fmt::format("code={};", azure_value(one.code));
  return fmt::format("##vso[task.logissue {}]{}\n", values, azure_text(one.title + ". " + one.message));
}

}  // namespace

std::string render_github(const AuditReport& report) {
  std::string out;
  for (const Annotation& one : annotations_of(report)) out += github_line(one);
  return out + "::notice title=nsgcheck::" + github_text(summary_line(report)) + '\n';
}

std::string render_azuredevops(const AuditReport& report) {
  std::string out;
  for (const Annotation& one : annotations_of(report)) {
    // Notes would turn a build yellow as warnings do: they are plain lines of the log.
    if (one.level == Level::Note)
      out += printable(fmt::format("{}{}{}{}. {}", one.code, one.code.empty() ? "" : " ",
                                   one.file.empty() ? "" : to_string(Place{one.file, one.position, ""}) + ": ",
                                   one.title, one.message)) +
             '\n';
    else
      out += azure_line(one);
  }
  return out + printable(summary_line(report)) + '\n';
}

}  // namespace nsgcheck::io
