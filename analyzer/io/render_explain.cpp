// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_explain.hpp"

#include <fmt/format.h>

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
  const Json out{{"schema", "nsgcheck.explain/1"},
                 {"flow", flow_json(report.flow)},
                 {"verdict", verdict ? Json(engine::name(*verdict)) : Json(nullptr)},
                 {"stages", std::move(stages)},
                 {"assumptions", assumption_codes(*report.places)}};
  return dump(out, indent);
}

std::string render_explain_text(const ExplainReport& report, const TextStyle& style) {
  if (report.path != nullptr) return render_path_text(report, style);
  const Paint paint{style.color};
  std::string out = "flow  " + flow_line(report.flow) + '\n';
  for (const StageReport& stage : report.stages) out += '\n' + stage_text(report, stage, paint, style.width);
  for (const policy::Assumption& one : report.places->assumptions)
    out += '\n' + wrapped(printable(one.text), "assumed  ", style.width);
  return out;
}

}  // namespace nsgcheck::io
