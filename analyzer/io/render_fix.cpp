// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_fix.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analyzer/io/remedies_json.hpp"
#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_simplify.hpp"
#include "analyzer/io/rule_json.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

/// Regions that text shows; the rest is counted.
constexpr std::size_t kMostFixRegions = 6;
constexpr std::size_t kMostSteps = 12;
constexpr std::size_t kMostPatchLines = 160;
constexpr std::size_t kNarrowest = 60;
constexpr std::string_view kFixIndent = "     ";

std::string direction_of(const model::SecurityRule& rule) {
  return rule.direction.value ? std::string{model::name(*rule.direction.value)} : rule.direction.text;
}

std::string step_words(const FindingFix& fix, const model::RuleChange& change) {
  const auto at = [&](policy::ModelRule rule) {
    return fix.labels[rule] + (fix.lines[rule] ? fmt::format(", line {}", *fix.lines[rule]) : "");
  };
  if (const auto* remove = std::get_if<model::RemoveRule>(&change)) return "remove " + at(remove->rule);
  if (const auto* replace = std::get_if<model::ReplaceRule>(&change))
    return "change " + at(replace->rule) + ": " + rule_values_text(replace->to);
  const model::SecurityRule& rule = std::get<model::AddRule>(change).rule;
  return fmt::format("add {}: {} {} {}", policy::rule_label(rule), direction_of(rule), rule.access.text,
                     rule_values_text(rule));
}

std::string change_words(const policy::Change& change) {
  const std::string_view how = change.shift == engine::Shift::NewlyAllowed  ? "newly allowed: "
                               : change.shift == engine::Shift::NewlyDenied ? "newly denied: "
                                                                            : "not settled any more as before: ";
  return fmt::format("{}{} {}", how, model::name(change.direction), change.words);
}

class RemedyText {
 public:
  RemedyText(const FindingFix& fix, const RemedyPatch& one, std::string_view done, const Paint& paint,
             std::size_t width)
      : fix_{fix}, one_{one}, done_{done}, paint_{paint}, width_{width} {}

  [[nodiscard]] std::string render(const std::string& head) const {
    std::string out;
    const auto& steps = one_.remedy.changes;
    for (std::size_t i = 0; i < std::min(steps.size(), kMostSteps); ++i)
      out += paint_(Tone::Head, wrapped(printable(step_words(fix_, steps[i])), i == 0 ? head : kFixIndent, width_));
    if (steps.size() > kMostSteps)
      out += fmt::format("{}and {} more steps (all are in --format json)\n", kFixIndent, steps.size() - kMostSteps);
    out += changes(done_, one_.remedy.wanted);
    if (one_.remedy.besides.empty())
      out += std::string{kFixIndent} + "changes nothing else (proven)\n";
    else if (!says_it_already())
      out += changes("also changes: ", one_.remedy.besides);
    for (const policy::Finding& found : one_.remedy.news)
      out += wrapped(printable(fmt::format("then also found: {} {}: {}", found.policy->id, policy::name(found.severity),
                                           found.message)),
                     kFixIndent, width_);
    if (one_.why_not_patched.empty()) return out + patch();
    out += wrapped(printable("its file is not changed: " + one_.why_not_patched), kFixIndent, width_);
    return out + rules();
  }

 private:
  // A finding that is not about certain flows: all that the change does is what closes it.
  [[nodiscard]] bool says_it_already() const {
    const auto same = [](const policy::Change& a, const policy::Change& b) {
      return a.direction == b.direction && a.shift == b.shift && a.words == b.words;
    };
    const auto& wanted = one_.remedy.wanted;
    const auto& besides = one_.remedy.besides;
    return std::equal(wanted.begin(), wanted.end(), besides.begin(), besides.end(), same);
  }

  [[nodiscard]] std::string changes(std::string_view head, const std::vector<policy::Change>& list) const {
    std::string out;
    for (std::size_t i = 0; i < std::min(list.size(), kMostFixRegions); ++i)
      out += wrapped(printable(std::string{i == 0 ? head : "and "} + change_words(list[i])), kFixIndent, width_);
    if (list.size() > kMostFixRegions)
      out += fmt::format("{}and {} more (all are in --format json)\n", kFixIndent, list.size() - kMostFixRegions);
    if (list.empty()) out += fmt::format("{}{}no traffic fares otherwise\n", kFixIndent, head);
    return out;
  }

  [[nodiscard]] std::string patch() const {
    const auto lines = static_cast<std::size_t>(std::count(one_.patch.begin(), one_.patch.end(), '\n'));
    if (lines <= kMostPatchLines) return patch_text(one_.patch, paint_);
    return fmt::format("{}the patch has {} lines; --format json holds it, --write applies it\n", kFixIndent, lines);
  }

  // What to write by hand where the input is no plain list.
  [[nodiscard]] std::string rules() const {
    std::string out;
    for (const model::RuleChange& change : one_.remedy.changes) {
      const auto* add = std::get_if<model::AddRule>(&change);
      const auto* replace = std::get_if<model::ReplaceRule>(&change);
      if (add == nullptr && replace == nullptr) continue;
      const model::SecurityRule& rule = add != nullptr ? add->rule : replace->to;
      if (!rule.priority.value || !rule.access.value || !rule.direction.value) continue;
      out += dump(arm_rule_json(rule, true), 2);
    }
    return out;
  }

  const FindingFix& fix_;
  const RemedyPatch& one_;
  std::string_view done_;
  const Paint& paint_;
  std::size_t width_;
};

Json change_json(const policy::Change& change) {
  const std::string_view shift = change.shift == engine::Shift::NewlyAllowed  ? "newlyAllowed"
                                 : change.shift == engine::Shift::NewlyDenied ? "newlyDenied"
                                                                              : "unknown";
  return {{"change", shift},
          {"direction", model::name(change.direction)},
          {"region", regions_json({change.region})[0]},
          {"witness", change.witness ? witness_json(*change.witness) : Json(nullptr)}};
}

Json changes_json(const std::vector<policy::Change>& changes) {
  Json out = Json::array();
  for (const policy::Change& change : changes) out.push_back(change_json(change));
  return out;
}

Json step_json(const FindingFix& fix, const model::RuleChange& change) {
  const auto old_rule = [&](policy::ModelRule rule) {
    return Json{{"rule", fix.labels[rule]}, {"line", or_null(fix.lines[rule])}};
  };
  Json out = Json::object();
  if (const auto* remove = std::get_if<model::RemoveRule>(&change)) {
    out["step"] = "remove";
    out.update(old_rule(remove->rule));
  } else if (const auto* replace = std::get_if<model::ReplaceRule>(&change)) {
    out["step"] = "change";
    out.update(old_rule(replace->rule));
    out["to"] = arm_rule_json(replace->to, true);
  } else {
    out["step"] = "add";
    out["to"] = arm_rule_json(std::get<model::AddRule>(change).rule, true);
  }
  return out;
}

Json remedy_json(const FindingFix& fix, const RemedyPatch& one) {
  Json steps = Json::array();
  for (const model::RuleChange& change : one.remedy.changes) steps.push_back(step_json(fix, change));
  Json news = Json::array();
  for (const policy::Finding& found : one.remedy.news)
    news.push_back({{"id", found.policy->id}, {"severity", policy::name(found.severity)}, {"message", found.message}});
  return {{"kind", policy::name(one.remedy.kind)},
          {"steps", std::move(steps)},
          {"changes", changes_json(one.remedy.differences)},
          {"wanted", changes_json(one.remedy.wanted)},
          {"besides", changes_json(one.remedy.besides)},
          {"newFindings", std::move(news)},
          {"patch", one.patch.empty() ? Json(nullptr) : Json(one.patch)},
          {"whyNotPatched", one.why_not_patched.empty() ? Json(nullptr) : Json(one.why_not_patched)}};
}

}  // namespace

std::string remedies_text(const FindingFix& fix, std::string_view done, const TextStyle& style) {
  const Paint paint{style.color};
  const std::size_t width = std::max(style.width, kNarrowest);
  std::string out;
  for (std::size_t i = 0; i < fix.remedies.size(); ++i)
    out += RemedyText{fix, fix.remedies[i], done, paint, width}.render(fmt::format("  {}. ", i + 1));
  if (fix.remedies.empty()) out += wrapped(printable("no rule change is offered: " + fix.why_none), "  ", width);
  return out;
}

Json remedies_json(const FindingFix& fix) {
  Json out = Json::array();
  for (const RemedyPatch& one : fix.remedies) out.push_back(remedy_json(fix, one));
  return out;
}

std::string render_fix_text(const FixReport& report, const TextStyle& style) {
  const std::size_t width = std::max(style.width, kNarrowest);
  const Paint paint{style.color};
  std::string out;
  std::size_t closed = 0;
  for (const FindingFix& fix : report.fixes) {
    const policy::Finding& finding = fix.finding;
    out += wrapped(printable(fmt::format("{}  {}: {}", fix.nsg, fix.place, finding.message)),
                   fmt::format("{} {}  ", finding.policy->id, policy::name(finding.severity)), width);
    closed += fix.remedies.empty() ? 0 : 1;
    out += remedies_text(fix, "closes it: ", style) + '\n';
  }
  if (report.fixes.empty()) return paint(Tone::Good, "nothing to fix: no finding is asked for that the rules have\n");
  const std::string assumed =
      report.places.assumptions.empty() ? "" : " (assumed: " + report.places.assumptions.front().code + ')';
  if (!report.applied)
    return out + wrapped(fmt::format("{} of {} can be closed; each change was audited again{}", closed,
                                     count_of(report.fixes.size(), "finding"), assumed),
                         "", width);
  out += wrapped(fmt::format("{} written; audited again: {}{}", count_of(closed, "change"),
                             report.left.empty() ? "none of the findings is left"
                                                 : count_of(report.left.size(), "finding") + " left",
                             assumed),
                 "", width);
  for (const std::string& line : report.left) out += wrapped(printable(line), "  left  ", width);
  return out;
}

std::string render_fix_json(const FixReport& report) {
  Json fixes = Json::array();
  for (const FindingFix& fix : report.fixes) {
    fixes.push_back({{"id", fix.finding.policy->id},
                     {"fingerprint", fix.finding.fingerprint},
                     {"severity", policy::name(fix.finding.severity)},
                     {"status", policy::name(fix.finding.status)},
                     {"nsg", fix.nsg},
                     {"place", fix.place},
                     {"message", fix.finding.message},
                     {"region", regions_json(fix.finding.region)},
                     {"remedies", remedies_json(fix)},
                     {"whyNone", fix.why_none.empty() ? Json(nullptr) : Json(fix.why_none)}});
  }
  Json inputs = Json::array();
  for (const InputReport& input : report.places.inputs) inputs.push_back(input_json(report.places, input));
  Json assumptions = Json::array();
  for (const policy::Assumption& one : report.places.assumptions)
    assumptions.push_back({{"code", one.code}, {"text", one.text}});
  return dump({{"schema", "nsgcheck.fix/1"},
               {"inputs", std::move(inputs)},
               {"findings", std::move(fixes)},
               {"applied", report.applied},
               {"left", report.left},
               {"assumptions", std::move(assumptions)}},
              2);
}

}  // namespace nsgcheck::io
