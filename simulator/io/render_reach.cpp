// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/render_reach.hpp"

#include <fmt/format.h>

#include "simulator/io/render_hops.hpp"
#include "simulator/io/render_replay_json.hpp"
#include "simulator/io/replay_run.hpp"

namespace nsgcheck::io {
namespace {

std::vector<HopRow> rows(const std::vector<path::Hop>& hops) {
  std::vector<HopRow> out;
  for (const path::Hop& hop : hops) out.push_back(hop_row(hop));
  return out;
}

Json path_json(const ReachReport& report, const path::ReachPath& way) {
  return {{"forwarder", way.forwarder != nullptr ? Json(way.forwarder->name) : Json(nullptr)},
          {"reason", path::code(way.reason)},
          {"sources", net::to_strings(way.sources)},
          {"someUnknown", way.some_unknown},
          {"unknownReason", way.open == path::Reason::Ok ? Json(nullptr) : Json(path::code(way.open))},
          {"hops", hops_json(*report.places, rows(way.hops))}};
}

Json miss_json(const ReachReport& report, const path::ReachAnswer& answer) {
  if (answer.nearest == nullptr) return nullptr;
  Json obstacles = Json::array();
  for (const path::Obstacle& obstacle : answer.nearest_miss)
    obstacles.push_back({{"hop", hops_json(*report.places, rows({obstacle.hop}))[0]}, {"opening", obstacle.opening}});
  return {{"forwarder", answer.nearest->name}, {"obstacles", std::move(obstacles)}};
}

Json answer_json(const ReachReport& report, const path::ReachAnswer& answer) {
  Json paths = Json::array();
  for (const path::ReachPath& way : answer.paths) paths.push_back(path_json(report, way));
  return {{"instance", answer.instance->name},
          {"verdict", path::word(answer.verdict)},
          {"reason", path::code(answer.reason)},
          {"sources", net::to_strings(answer.sources)},
          {"nearestMiss", miss_json(report, answer)},
          {"paths", std::move(paths)},
          {"keptOut", hops_json(*report.places, rows(answer.kept_out))}};
}

}  // namespace

std::string render_reach_json(const ReachReport& report) {
  Json instances = Json::array();
  for (const path::ReachAnswer& answer : report.answers) instances.push_back(answer_json(report, answer));
  return dump({{"schema", "nsgcheck.reach/1"},
               {"from", report.from},
               {"instances", std::move(instances)},
               {"findings", findings_json(report.findings)},
               {"assumptions", report.assumptions}},
              2);
}

std::string render_reach_text(const ReachReport& report, const TextStyle& style) {
  const Paint paint{style.color};
  std::string out = "from " + printable(report.from) + '\n';
  for (const path::ReachAnswer& answer : report.answers) {
    const std::string_view verdict = path::word(answer.verdict);
    out += fmt::format("\n{}  ", paint(Tone::Head, printable(answer.instance->name))) +
           paint(tone_of(verdict), fmt::format("{}, {}\n", verdict, path::code(answer.reason)));
    if (!answer.sources.empty())
      out += wrapped(shortened(net::to_strings(answer.sources), 8), "  clients  ", style.width);
    for (const path::ReachPath& way : answer.paths) {
      if (way.forwarder != nullptr)
        out += fmt::format("  through {}: {}\n", printable(way.forwarder->name), path::code(way.reason));
      out += hop_ladder(rows(way.hops), paint, style.width);
      if (way.reason == path::Reason::Ok && way.open != path::Reason::Ok)
        out += fmt::format("    of {}clients it is not settled whether they get in ({})\n",
                           way.sources.empty() ? "" : "other ", path::code(way.open));
      out += blamed_rule(*report.places, rows(way.hops), paint, style.width);
    }
    if (!answer.kept_out.empty())
      out += "  kept out of the pool\n" + hop_ladder(rows(answer.kept_out), paint, style.width);
    for (const path::Obstacle& obstacle : answer.nearest_miss)
      out += wrapped(printable(obstacle.opening), "  open  ", style.width);
    if (const auto change = remedy(path::code(answer.reason)); !change.empty())
      out += wrapped(change, "  change  ", style.width);
  }
  for (const model::DeploymentFinding& finding : report.findings)
    out += '\n' + wrapped(printable(finding.text), "finding  ", style.width);
  for (const std::string& code : report.assumptions)
    if (!is_finding(report.findings, code))
      out += '\n' + wrapped(printable(model::assumption_text(code)), "assumed  ", style.width);
  return out;
}

}  // namespace nsgcheck::io
