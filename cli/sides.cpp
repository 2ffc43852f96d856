// SPDX-License-Identifier: Apache-2.0
#include "cli/sides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <sstream>

#include "cli/parameters.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

/// What git names for a file that is not there on one side.
constexpr std::string_view kNoFile = "/dev/null";

LoadedInputs load_side(const SideArguments& arguments, const std::string& file, bool before_change, bool quiet,
                       Process process) {
  InputArguments inputs = arguments.inputs;
  if (file != kNoFile) inputs.files = {file};
  inputs.before_change = before_change;
  inputs.others_check_parameters = true;
  return load_inputs(inputs, process, quiet);
}

Sides load_both(const SideArguments& arguments, bool quiet, Process& process) {
  Sides sides;
  sides.one_input = arguments.after.empty();
  if (!sides.one_input) {
    sides.before = load_side(arguments, arguments.before, false, quiet, process);
    sides.after = load_side(arguments, arguments.after, false, quiet, process);
    return sides;
  }
  // Standard input can be read once only.
  const std::string text = arguments.before == "-" ? *read_bytes("-", process.in) : std::string{};
  const auto load = [&](bool before_change) {
    std::istringstream again{text};
    return load_side(arguments, arguments.before, before_change, quiet,
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
std::string refusal(const SideArguments& arguments, const Sides& sides) {
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

bool same_documents(const Sides& sides) {
  const auto same = [](const io::Document& a, const io::Document& b) { return a.text == b.text; };
  return std::equal(sides.before.documents.begin(), sides.before.documents.end(), sides.after.documents.begin(),
                    sides.after.documents.end(), same);
}

std::vector<policy::SideNsg> nsgs_of(const LoadedInputs& side) {
  std::vector<policy::SideNsg> out;
  for (const model::Nsg& nsg : side.nsgs)
    out.push_back({&nsg, nsg.span.known() ? side.files[nsg.span.document] : std::string{}});
  return out;
}

}  // namespace

std::optional<Sides> load_sides(const SideArguments& arguments, bool quiet, Process& process) {
  if (arguments.before == "-" && arguments.after == "-") {
    process.err << "nsgcheck: OLD and NEW cannot both be standard input\n";
    return std::nullopt;
  }
  Sides sides = load_both(arguments, quiet, process);
  check_parameters(sides.after, {&sides.before, &sides.after}, process);
  say_errors(sides, process);
  const std::string refused = refusal(arguments, sides);
  if (!refused.empty()) {
    process.err << "nsgcheck: " << refused << '\n';
    return std::nullopt;
  }
  auto pairs = policy::pair_nsgs(nsgs_of(sides.before), nsgs_of(sides.after), arguments.maps);
  if (!pairs) {
    process.err << "nsgcheck: " << io::printable(pairs.error()) << '\n';
    return std::nullopt;
  }
  sides.pairs = std::move(*pairs);
  // Both are rules of one network; the side that tells which is believed.
  if (sides.after.context.virtual_network_assumed && !sides.before.context.virtual_network_assumed) {
    sides.after.context.virtual_network = sides.before.context.virtual_network;
    sides.after.context.virtual_network_assumed = false;
  }
  return sides;
}

bool same_text(const Sides& sides, const policy::NsgPair& pair) {
  if (sides.one_input || pair.before == nullptr || pair.after == nullptr) return false;
  if (!pair.before->span.known() || !pair.after->span.known()) return false;
  // What a linked template leaves open is settled by the one that links to it, which may differ.
  if (sides.before.has_links || sides.after.has_links) return same_documents(sides);
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

}  // namespace nsgcheck::cli
