// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_explain.hpp"

#include <fmt/format.h>

#include "analyzer/io/remedies_json.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_path.hpp"
#include "analyzer/io/render_stage.hpp"

namespace nsgcheck::io {
namespace {

using engine::Verdict;

std::string stage_text(const ExplainReport& report, const StageReport& stage, const Paint& paint, std::size_t width) {
  const Place place = place_of(*report.places, stage.nsg->span);
  std::string out = paint(Tone::Head, printable(stage.nsg->name));
  if (place.position) out += fmt::format("  {}", printable(to_string(place)));
  return out + '\n' + stage_body(report, stage, paint, width);
}

std::string why_not_heading(const WhyNot& one) {
  return fmt::format("smallest changes of {} that {} it, the least side effects first", printable(one.fix.nsg),
                     one.wanted == model::Access::Allow ? "allow" : "deny");
}

Json why_not_json(const std::vector<WhyNot>& all) {
  Json out = Json::array();
  for (const WhyNot& one : all)
    out.push_back({{"nsg", one.fix.nsg},
                   {"wanted", one.wanted == model::Access::Allow ? "allow" : "deny"},
                   {"remedies", remedies_json(one.fix)},
                   {"whyNone", one.fix.why_none.empty() ? Json(nullptr) : Json(one.fix.why_none)}});
  return out;
}

}  // namespace

std::optional<Verdict> common_verdict(const ExplainReport& report) {
  std::optional<Verdict> common;
  for (const StageReport& stage : report.stages) {
    if (common && *common != stage.answer.judgement.verdict) return std::nullopt;
    common = stage.answer.judgement.verdict;
  }
  return common;
}

std::string render_explain_json(const ExplainReport& report, int indent) {
  if (report.path != nullptr) return render_path_json(report, indent);
  const auto verdict = common_verdict(report);
  Json stages = Json::array();
  for (const StageReport& stage : report.stages) stages.push_back(stage_json(report, stage));
  Json out{{"schema", "nsgcheck.explain/1"},
           {"flow", flow_json(report.flow)},
           {"verdict", verdict ? Json(engine::name(*verdict)) : Json(nullptr)},
           {"stages", std::move(stages)},
           {"assumptions", assumption_codes(*report.places)}};
  if (!report.why_not.empty()) out["whyNot"] = why_not_json(report.why_not);
  return dump(out, indent);
}

std::string render_explain_text(const ExplainReport& report, const TextStyle& style) {
  if (report.path != nullptr) return render_path_text(report, style);
  const Paint paint{style.color};
  std::string out = "flow  " + flow_line(report.flow) + '\n';
  for (const StageReport& stage : report.stages) out += '\n' + stage_text(report, stage, paint, style.width);
  for (const WhyNot& one : report.why_not)
    out += '\n' + paint(Tone::Head, why_not_heading(one)) + '\n' + remedies_text(one.fix, "does it: ", style);
  for (const policy::Assumption& one : report.places->assumptions)
    out += '\n' + wrapped(printable(one.text), "assumed  ", style.width);
  return out;
}

}  // namespace nsgcheck::io
