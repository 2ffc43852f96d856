// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <random>

#include "analyzer/io/render_diff.hpp"
#include "analyzer/io/render_impact.hpp"
#include "analyzer/net/text.hpp"
#include "cli/behind.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/sides.hpp"
#include "cli/traffic.hpp"

namespace nsgcheck::cli {
namespace {

std::string render(const io::ImpactReport& report, Format format, const io::TextStyle& style) {
  switch (format) {
    case Format::Json:
      return io::render_impact_json(report);
    case Format::Jsonl:
      return io::render_impact_jsonl(report);
    case Format::Markdown:
      return io::render_impact_markdown(report);
    case Format::Csv:
      return io::render_impact_csv(report);
    default:
      return io::render_impact_text(report, style);
  }
}

/// Where flows of captures are asked: by pair the addresses behind its NSGs, and in words how they are known.
struct Inside {
  std::vector<net::AddressSet> addresses;
  std::string words;
};

Inside inside_of(const ImpactArguments& arguments, const Sides& sides) {
  Inside out;
  net::AddressSet given;
  for (const net::AnyPrefix& prefix : arguments.inside) given = given | net::AddressSet::of(prefix);
  const net::AddressSet network = sides.after.context.virtual_network - net::AddressSet::of(model::kHostAddress);
  const auto behind = addresses_behind(sides);
  for (const auto& known : behind) out.addresses.push_back(!arguments.inside.empty() ? given : known.value_or(network));
  const auto is_known = [](const std::optional<net::AddressSet>& known) { return known.has_value(); };
  if (!arguments.inside.empty())
    out.words = "in --inside";
  else if (std::none_of(behind.begin(), behind.end(), is_known))
    out.words = "in VirtualNetwork";
  else
    out.words = std::all_of(behind.begin(), behind.end(), is_known)
                    ? "in a subnet or interface that the inputs attach the NSG to"
                    : "in a subnet or interface that the inputs attach the NSG to, or in VirtualNetwork where they "
                      "attach it to none";
  return out;
}

bool is_asked(const policy::NsgPair& pair, const std::string& name) {
  const auto called = [&](const model::Nsg* nsg) { return nsg != nullptr && net::same_word(nsg->name, name); };
  return name.empty() || called(pair.before) || called(pair.after);
}

policy::Assumption capture_assumption(const ImpactArguments& arguments, const Inside& inside, std::size_t nsgs) {
  std::string text = "captures do not say which NSG they passed: every flow was asked ";
  if (arguments.direction)
    text += fmt::format("{} where its {} is {}", model::name(*arguments.direction),
                        *arguments.direction == net::Direction::Inbound ? "server" : "client", inside.words);
  else
    text += fmt::format("inbound where its server, outbound where its client is {}", inside.words);
  if (nsgs > 1) text += fmt::format(", of each of {} NSGs", nsgs);
  return {"capture-place", text};
}

std::vector<std::string> notes_of(const TrafficRun& run, const policy::ImpactResult& result) {
  std::vector<std::string> out = run.notes();
  const auto contradiction = [&](std::uint64_t count, std::string_view was, std::string_view is,
                                 const std::string& first) {
    if (count > 0)
      out.push_back(
          fmt::format("OLD {} {} logged as {}: its rules are not those that decided then, or not all of them "
                      "(first {})",
                      is, count == 1 ? "1 entry" : fmt::format("{} entries", count), was, first));
  };
  contradiction(result.logged_allowed_denied_before, "allowed", "denies", run.tally().allowed_but_denied);
  contradiction(result.logged_denied_allowed_before, "denied", "allows", run.tally().denied_but_allowed);
  if (result.dropped > 0)
    out.push_back(
        fmt::format("{} flows that fare differently were beyond what is held (1,000,000 conversations) and "
                    "are missing",
                    result.dropped));
  if (result.not_kept > 0)
    out.push_back(
        fmt::format("{} flows that fare alike were beyond what is held (1,000,000 conversations) and are not "
                    "counted as conversations",
                    result.not_kept));
  return out;
}

void add_assumptions(const ImpactArguments& arguments, const Sides& sides, const Inside& inside, const TrafficRun& run,
                     io::ImpactReport& report) {
  if (sides.after.context.virtual_network_assumed)
    report.assumptions = policy::assumptions({"virtual-network-default"}, sides.after.context, {});
  const auto asked =
      static_cast<std::size_t>(std::count_if(sides.pairs.begin(), sides.pairs.end(), [&](const policy::NsgPair& pair) {
        return is_asked(pair, arguments.nsg);
      }));
  if (run.tally().captured > 0) report.assumptions.push_back(capture_assumption(arguments, inside, asked));
  if (report.result.alike) report.assumptions.push_back(*report.result.alike);
}

Exit exit_of(const io::ImpactReport& report) {
  if (report.incomplete) return Exit::Incomplete;
  return io::has_impact(report) ? Exit::Findings : Exit::Clean;
}

}  // namespace

Exit run_impact(const ImpactArguments& arguments, Process& process) {
  std::optional<Sides> sides = load_sides(arguments.sides, arguments.common.quiet, process);
  if (!sides) return Exit::Usage;
  if (std::none_of(sides->pairs.begin(), sides->pairs.end(),
                   [&](const policy::NsgPair& pair) { return is_asked(pair, arguments.nsg); })) {
    process.err << fmt::format("nsgcheck: no NSG has the name \"{}\"\n", io::printable(arguments.nsg));
    return Exit::Usage;
  }
  policy::ImpactOptions options;
  options.hash_key = std::random_device{}();
  policy::Impact impact{sides->pairs, sides->after.context, options};
  const Inside inside = inside_of(arguments, *sides);
  TrafficRun run{arguments, sides->pairs, inside.addresses, impact, process};
  for (const std::string& path : arguments.traffic) run.read(path);
  if (!run.tally().any_readable) {
    process.err << "nsgcheck: none of --traffic could be read as a capture or a flow log\n";
    return Exit::Usage;
  }
  io::ImpactReport report;
  report.pairs = sides->pairs;
  report.result = impact.finish();
  report.traffic = run.take_reports();
  report.notes = notes_of(run, report.result);
  const TrafficTally& tally = run.tally();
  const bool others = arguments.nsg.empty() && !tally.others.empty();
  const bool nothing_asked = report.result.flows == 0 && tally.captured + tally.logged > 0;
  report.incomplete = sides->before.incomplete || sides->after.incomplete || tally.broken || tally.dropped > 0 ||
                      others || nothing_asked || report.result.dropped > 0;
  add_assumptions(arguments, *sides, inside, run, report);
  report.before = places_of(sides->before);
  report.after = places_of(sides->after);
  const auto rendered = [&](Format format, const io::TextStyle& style) { return render(report, format, style); };
  if (!write_outputs(arguments.outputs, arguments.common, process, rendered)) return Exit::OutputFailed;
  return exit_of(report);
}

}  // namespace nsgcheck::cli
