// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <sstream>

#include "analyzer/io/render_diff.hpp"
#include "analyzer/policy/pairing.hpp"
#include "cli/commands.hpp"
#include "cli/evidence_file.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

/// What git names for a file that is not there on one side.
constexpr std::string_view kNoFile = "/dev/null";

struct Sides {
  LoadedInputs before, after;
  bool one_input{};  ///< both states come from one file that tells of a change
};

LoadedInputs load_side(const DiffArguments& arguments, const std::string& file, bool before_change, Process process) {
  InputArguments inputs = arguments.inputs;
  if (file != kNoFile) inputs.files = {file};
  inputs.before_change = before_change;
  return load_inputs(inputs, process, arguments.common.quiet);
}

Sides load_sides(const DiffArguments& arguments, Process& process) {
  Sides sides;
  sides.one_input = arguments.after.empty();
  if (!sides.one_input) {
    sides.before = load_side(arguments, arguments.before, false, process);
    sides.after = load_side(arguments, arguments.after, false, process);
    return sides;
  }
  // Standard input can be read once only.
  const std::string text = arguments.before == "-" ? *read_bytes("-", process.in) : std::string{};
  const auto load = [&](bool before_change) {
    std::istringstream again{text};
    return load_side(arguments, arguments.before, before_change,
                     {again, process.out, process.err, process.color, process.progress, process.width});
  };
  sides.before = load(true);
  sides.after = load(false);
  return sides;
}

void say_errors(Sides& sides, Process& process) {
  // Tags and parameters are read for each side and fail alike.
  const auto same = [](const io::Diagnostic& a, const io::Diagnostic& b) { return located(a) == located(b); };
  std::erase_if(sides.before.errors, [&](const io::Diagnostic& error) {
    return std::any_of(sides.after.errors.begin(), sides.after.errors.end(),
                       [&](const io::Diagnostic& other) { return same(error, other); });
  });
  say_errors(sides.before, process);
  say_errors(sides.after, process);
}

bool is_known(const LoadedInputs& side) {
  return std::any_of(side.reports.begin(), side.reports.end(),
                     [](const io::InputReport& input) { return !input.format.empty(); });
}

bool tells_of_a_change(const LoadedInputs& side) {
  return std::any_of(side.reports.begin(), side.reports.end(), [](const io::InputReport& input) {
    return input.format == "terraform-plan" || input.format == "what-if";
  });
}

// Why there is nothing to compare; "" when there is. A side of which nothing could be read must not pass for a side
// without NSGs: all of the other would be called new.
std::string refusal(const DiffArguments& arguments, const Sides& sides) {
  if (sides.one_input && !tells_of_a_change(sides.after) && is_known(sides.after))
    return fmt::format(
        "{} holds one state only; give OLD and NEW (a Terraform plan or an answer of what-if holds both)",
        io::printable(arguments.before));
  const auto unread = [](const LoadedInputs& side, const std::string& file) {
    return file != kNoFile && side.nsgs.empty() && (side.incomplete || !is_known(side));
  };
  if (unread(sides.before, arguments.before))
    return "no network security group could be read from OLD, " + io::printable(arguments.before);
  if (!sides.one_input && unread(sides.after, arguments.after))
    return "no network security group could be read from NEW, " + io::printable(arguments.after);
  return sides.before.nsgs.empty() && sides.after.nsgs.empty() ? "no network security group in any input" : "";
}

std::vector<policy::SideNsg> nsgs_of(const LoadedInputs& side) {
  std::vector<policy::SideNsg> out;
  for (const model::Nsg& nsg : side.nsgs)
    out.push_back({&nsg, nsg.span.known() ? side.files[nsg.span.document] : std::string{}});
  return out;
}

bool same_text(const Sides& sides, const policy::NsgPair& pair) {
  if (sides.one_input || pair.before == nullptr || pair.after == nullptr) return false;
  if (!pair.before->span.known() || !pair.after->span.known()) return false;
  return sides.before.documents[pair.before->span.document].text ==
         sides.after.documents[pair.after->span.document].text;
}

io::AuditReport places_of(LoadedInputs& side) {
  io::AuditReport places;
  places.documents = &side.documents;
  places.files = side.files;
  places.inputs = std::move(side.reports);
  return places;
}

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
  if (arguments.before == "-" && arguments.after == "-") {
    process.err << "nsgcheck: OLD and NEW cannot both be standard input\n";
    return Exit::Usage;
  }
  Sides sides = load_sides(arguments, process);
  say_errors(sides, process);
  const std::string refused = refusal(arguments, sides);
  if (!refused.empty()) {
    process.err << "nsgcheck: " << refused << '\n';
    return Exit::Usage;
  }
  const auto pairs = policy::pair_nsgs(nsgs_of(sides.before), nsgs_of(sides.after), arguments.maps);
  if (!pairs) {
    process.err << "nsgcheck: " << io::printable(pairs.error()) << '\n';
    return Exit::Usage;
  }
  io::DiffReport report;
  report.incomplete = sides.before.incomplete || sides.after.incomplete;
  policy::Evidence evidence;
  for (const policy::NsgPair& pair : *pairs) {
    report.nsgs.push_back(policy::compare(pair, sides.after.context, same_text(sides, pair)));
    if (!arguments.evidence.empty()) policy::add_evidence(evidence, pair, sides.after.context, same_text(sides, pair));
  }
  report.before = places_of(sides.before);
  report.after = places_of(sides.after);
  report.assumptions = policy::diff_assumptions(report.nsgs, sides.after.context);
  const auto rendered = [&](Format format, const io::TextStyle& style) { return render(report, format, style); };
  if (!arguments.evidence.empty() &&
      !write_evidence(arguments.evidence, evidence, "diff", {report.before, report.after}, process))
    return Exit::OutputFailed;
  if (!write_outputs(arguments.outputs, arguments.common, process, rendered)) return Exit::OutputFailed;
  if (report.incomplete) return Exit::Incomplete;
  return io::is_equivalent(report) ? Exit::Clean : Exit::Findings;
}

}  // namespace nsgcheck::cli
