// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_diff.hpp"
#include "cli/commands.hpp"
#include "cli/evidence_file.hpp"
#include "cli/output.hpp"
#include "cli/sides.hpp"

namespace nsgcheck::cli {
namespace {

std::string render(const io::DiffReport& report, Format format, const io::TextStyle& style) {
  switch (format) {
    case Format::Json:
      return io::render_diff_json(report);
    case Format::Jsonl:
      return io::render_diff_jsonl(report);
    case Format::Markdown:
      return io::render_diff_markdown(report);
    default:
      return io::render_diff_text(report, style);
  }
}

}  // namespace

Exit run_diff(const DiffArguments& arguments, Process& process) {
  std::optional<Sides> sides = load_sides(arguments.sides, arguments.common.quiet, process);
  if (!sides) return Exit::Usage;
  io::DiffReport report;
  report.incomplete = sides->before.incomplete || sides->after.incomplete;
  policy::Evidence evidence;
  for (const policy::NsgPair& pair : sides->pairs) {
    report.nsgs.push_back(policy::compare(pair, sides->after.context, same_text(*sides, pair)));
    if (!arguments.evidence.empty())
      policy::add_evidence(evidence, pair, sides->after.context, same_text(*sides, pair));
  }
  report.before = places_of(sides->before);
  report.after = places_of(sides->after);
  report.assumptions = policy::diff_assumptions(report.nsgs, sides->after.context);
  const auto rendered = [&](Format format, const io::TextStyle& style) { return render(report, format, style); };
  if (!arguments.evidence.empty() &&
      !write_evidence(arguments.evidence, evidence, "diff", {report.before, report.after}, process))
    return Exit::OutputFailed;
  if (!write_outputs(arguments.outputs, arguments.common, process, rendered)) return Exit::OutputFailed;
  if (report.incomplete) return Exit::Incomplete;
  return io::is_equivalent(report) ? Exit::Clean : Exit::Findings;
}

}  // namespace nsgcheck::cli
