// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_path.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_stage.hpp"
#include "analyzer/policy/hops.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

using engine::Verdict;
using policy::StageKind;

// Admin rules are a list that has no name, and no place of its own.
bool has_name(const policy::PathStage& stage) {
  return stage.rules != nullptr && stage.kind != StageKind::AdminRules && stage.kind != StageKind::Platform;
}

StageReport stage_report(const policy::PathStage& stage) { return {stage.rules.get(), stage.answer, &stage}; }

Json way_json(const ExplainReport& report, const policy::FlowWay& way, std::size_t first_stage) {
  Json out{{"from", place_json(way.from, *report.deployment)},
           {"to", place_json(way.to, *report.deployment)},
           {"verdict", engine::name(way.judgement.verdict)}};
  if (way.judgement.reason) out["reason"] = model::code(*way.judgement.reason);
  add_regions(out, way.judgement);
  Json stages = Json::array();
  for (std::size_t i = 0; i < way.stages.size(); ++i) stages.push_back(first_stage + i);
  out["stages"] = std::move(stages);
  return out;
}

std::string stage_heading(const ExplainReport& report, const policy::PathStage& stage, const Paint& paint) {
  std::string out = fmt::format("{} at {}  ", model::name(stage.direction),
                                printable(policy::end_name(stage.at, *report.deployment)));
  out += paint(Tone::Head, printable(policy::stage_name(stage)));
  if (has_name(stage)) {
    const Place place = place_of(*report.places, stage.rules->span);
    if (place.position) out += "  " + printable(to_string(place));
  }
  return out + (stage.behind_deny ? "  (asked although nothing gets here)" : "") + '\n';
}

// What the stages mean together.
std::string conclusion(const policy::FlowWay& way) {
  const auto delivers = [](const policy::PathStage& stage) { return stage.delivers; };
  switch (way.judgement.verdict) {
    case Verdict::Allow:
      if (std::any_of(way.stages.begin(), way.stages.end(), delivers))
        return "traffic arrives: AlwaysAllow delivers it";
      return "traffic arrives: every stage lets it through";
    case Verdict::Deny:
      return "traffic does not arrive: stopped by " + policy::enumerate(obstacles(way));
    case Verdict::Partial:
      return "a part of the traffic arrives";
    case Verdict::Unknown:
      break;
  }
  return "whether traffic arrives is not settled" +
         (way.judgement.reason ? fmt::format(": {}", model::code(*way.judgement.reason)) : "");
}

std::string way_text(const ExplainReport& report, const policy::FlowWay& way, const Paint& paint, std::size_t width) {
  std::string out;
  if (report.path->ways.size() > 1)
    out += '\n' + wrapped(printable(fmt::format("from {} to {}", policy::end_name(way.from, *report.deployment),
                                                policy::end_name(way.to, *report.deployment))),
                          "way   ", width);
  for (const policy::PathStage& stage : way.stages) {
    out += '\n' + stage_heading(report, stage, paint);
    if (stage.rules != nullptr && stage.kind != StageKind::Platform)
      out += stage_body(report, stage_report(stage), paint, width);
  }
  out += '\n' + paint(tone_of(way.judgement.verdict),
                      wrapped(printable(upper_word(way.judgement.verdict) + ", " + conclusion(way)), "", width));
  if (!report.flow.query.is_packet()) out += region_text(way.judgement, width);
  return out;
}

}  // namespace

Json place_json(const policy::WayEnd& end, const model::Deployment& deployment) {
  Json instances = Json::array();
  for (const model::Instance* instance : end.instances) instances.push_back(instance->name);
  const bool in_subnet = end.place != nullptr && end.place->subnet;
  return {{"subnet", in_subnet ? Json(deployment.subnets[*end.place->subnet].name) : Json(nullptr)},
          {"instances", std::move(instances)}};
}

Json path_stage_head(const policy::PathStage& stage, const model::Deployment& deployment) {
  Json out{{"nsg", has_name(stage) ? Json(stage.rules->name) : Json(nullptr)},
           {"appliedTo", stage.applied_to.empty() ? Json(nullptr) : Json(stage.applied_to)},
           {"direction", model::name(stage.direction)}};
  out.update(place_json(stage.at, deployment));
  return out;
}

std::vector<std::string> obstacles(const policy::FlowWay& way) {
  std::vector<std::string> out;
  for (const policy::PathStage& stage : way.stages) {
    const policy::Judgement& judgement = stage.answer.judgement;
    if (judgement.verdict != Verdict::Deny) continue;
    std::string text = policy::stage_name(stage);
    if (!judgement.decided_by.empty()) text += ": " + policy::rule_labels(*stage.rules, judgement.decided_by);
    out.push_back(std::move(text));
  }
  if (out.empty()) out.emplace_back("all stages together");
  return out;
}

std::string render_path_json(const ExplainReport& report, int indent) {
  const policy::PathAnswer& path = *report.path;
  Json stages = Json::array();
  Json ways = Json::array();
  for (const policy::FlowWay& way : path.ways) {
    ways.push_back(way_json(report, way, stages.size()));
    for (const policy::PathStage& stage : way.stages) stages.push_back(stage_json(report, stage_report(stage)));
  }
  Json out{{"schema", "nsgcheck.explain/1"},
           {"flow", flow_json(report.flow)},
           {"verdict", engine::name(path.judgement.verdict)}};
  if (path.judgement.reason) out["reason"] = model::code(*path.judgement.reason);
  if (!report.flow.query.is_packet()) add_regions(out, path.judgement);
  out["stages"] = std::move(stages);
  if (path.ways.size() > 1) out["ways"] = std::move(ways);
  Json assumptions = assumption_codes(*report.places);
  for (const std::string& code : path.assumptions) assumptions.push_back(code);
  out["assumptions"] = std::move(assumptions);
  return dump(out, indent);
}

std::string render_path_text(const ExplainReport& report, const TextStyle& style) {
  const Paint paint{style.color};
  std::string out = "flow  " + flow_line(report.flow) + '\n';
  for (const policy::FlowWay& way : report.path->ways) out += way_text(report, way, paint, style.width);
  if (report.path->ways.size() > 1)
    out += '\n' + paint(tone_of(report.path->judgement.verdict),
                        wrapped(upper_word(report.path->judgement.verdict) + " over all ways", "", style.width));
  for (const policy::Assumption& one : report.places->assumptions)
    out += '\n' + wrapped(printable(one.text), "assumed  ", style.width);
  for (const std::string& code : report.path->assumptions)
    out += '\n' + wrapped(printable(model::assumption_text(code)), "assumed  ", style.width);
  return out;
}

}  // namespace nsgcheck::io
