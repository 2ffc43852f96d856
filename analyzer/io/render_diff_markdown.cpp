// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/markdown_text.hpp"
#include "analyzer/io/render_diff.hpp"
#include "analyzer/io/render_diff_paths.hpp"
#include "analyzer/io/render_parts.hpp"

namespace nsgcheck::io {
namespace {

// A comment has an end (GitHub takes 65,536 characters); the rest is counted.
constexpr std::size_t kMostDiffRows = 100;

std::string side_cell(const AuditReport& side, const model::Nsg* nsg, const std::optional<bool>& allows,
                      const std::optional<policy::ModelRule>& rule) {
  if (!allows) return "not settled";
  return fmt::format("{} by {}", *allows ? "allowed" : "denied", markdown_code(rule_words(side, nsg, rule)));
}

/// The table of one pair, rows added list by list.
class Table {
 public:
  Table(const DiffReport& report, const policy::NsgDiff& diff) : report_{report}, diff_{diff} {}

  void add(std::string_view label, const std::vector<policy::Change>& changes) {
    for (const policy::Change& change : changes) {
      if (++rows_ > kMostDiffRows) continue;
      const std::string doubt =
          change.shift == engine::Shift::Unknown ? "<br>" + markdown_plain(doubt_words(change)) : "";
      out_ += fmt::format("| {} | {} {}{} | {} | {} | {} |\n", label, model::name(change.direction),
                          markdown_code(change.words), doubt,
                          side_cell(report_.before, diff_.nsgs.before, change.old_allows, change.old_rule),
                          side_cell(report_.after, diff_.nsgs.after, change.new_allows, change.new_rule),
                          change.witness ? markdown_code(to_string(*change.witness)) : "");
    }
  }

  [[nodiscard]] std::string take() {
    if (rows_ > kMostDiffRows) out_ += fmt::format("\nand {} more\n", rows_ - kMostDiffRows);
    return "| change | traffic | was | now | e.g. |\n|---|---|---|---|---|\n" + out_ + '\n';
  }

 private:
  const DiffReport& report_;
  const policy::NsgDiff& diff_;
  std::string out_;
  std::size_t rows_{};
};

std::string section(const DiffReport& report, const policy::NsgDiff& diff) {
  std::string out = fmt::format("## {}\n\n", markdown_code(pair_name(diff.nsgs)));
  const std::string places = places_words(report, diff.nsgs);
  if (!places.empty()) out += markdown_code(places) + ", ";
  out += std::string{policy::name(diff.status)} + "\n\n";
  Table table{report, diff};
  table.add("**newly allowed**", diff.allowed);
  table.add("newly denied", diff.denied);
  table.add("not settled", diff.unknown);
  return out + table.take();
}

std::string left_aside(const AuditReport& side) {
  std::string out;
  for (const InputReport& input : side.inputs) {
    if (input.has_no_nsg) out += fmt::format("- {}: {}\n", markdown_code(input.file), kNoNsg);
    for (const Diagnostic& error : input.errors)
      out +=
          fmt::format("- **not understood** {}: {}\n", markdown_code(to_string(Place{input.file, error.position, ""})),
                      markdown_plain(error.message));
  }
  return out;
}

}  // namespace

std::string render_diff_markdown(const DiffReport& report) {
  std::string out = "# nsgcheck diff\n\n" + markdown_plain(verdict_line(report)) + "\n\n";
  for (const policy::NsgDiff& diff : report.nsgs)
    if (!diff.is_equivalent()) out += section(report, diff);
  out += paths_markdown(report);
  const std::string aside = left_aside(report.before) + left_aside(report.after);
  if (!aside.empty()) out += aside + '\n';
  std::string assumed;
  for (const policy::Assumption& one : report.assumptions)
    assumed += fmt::format("- {} ({})\n", markdown_plain(one.text), markdown_code(one.code));
  if (!assumed.empty()) out += "<details><summary>Assumptions</summary>\n\n" + assumed + "\n</details>\n\n";
  out.pop_back();
  return out;
}

}  // namespace nsgcheck::io
