// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_stage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_path.hpp"
#include "analyzer/io/render_quote.hpp"
#include "analyzer/policy/hops.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

using engine::Match;
using engine::Verdict;

Json match_json(Match match) {
  if (match == Match::Yes) return true;
  return match == Match::No ? Json(false) : Json(nullptr);
}

Json step_json(const model::Nsg& nsg, const policy::RuleStep& step) {
  const model::SecurityRule& rule = nsg.rules[step.rule];
  return {{"name", rule.name},
          {"priority", or_null(policy::shown_priority(rule))},
          {"protocol", match_json(step.look.protocol)},
          {"source", match_json(step.look.source)},
          {"sourcePort", match_json(step.look.source_port)},
          {"destination", match_json(step.look.destination)},
          {"destinationPort", match_json(step.look.destination_port)}};
}

std::string_view applied_to(const model::Nsg& nsg) {
  if (!nsg.subnets.empty()) return "subnet";
  return nsg.nics.empty() ? "" : "nic";
}

// Which filter it is: the NSG's own word, or with a deployment where it stands.
Json stage_head(const ExplainReport& report, const StageReport& stage) {
  if (stage.path == nullptr) return {{"nsg", stage.nsg->name}, {"appliedTo", applied_to_json(*stage.nsg)}};
  return path_stage_head(*stage.path, *report.deployment);
}

std::string endpoint(const model::AddressItem& address, const std::optional<net::Port>& port, bool ported) {
  const std::string text = printable(address.text);
  if (!ported) return text;
  const std::string number = port ? std::to_string(*port) : "*";
  return text.find(':') == std::string::npos ? text + ':' + number : '[' + text + "]:" + number;
}

std::string access_word(const model::SecurityRule& rule) {
  if (!rule.access.value) return "?";
  return *rule.access.value == model::Access::Allow ? "allow" : "deny";
}

// Rules of a ladder that do not match are told apart by why; the one that ends it by what it does.
std::string ladder_text(const ExplainReport& report, const StageReport& stage, const Paint& paint, std::size_t width) {
  constexpr std::size_t kFirst = 60;
  constexpr std::size_t kWidestName = 30;
  std::string out;
  const auto& steps = stage.answer.steps;
  std::size_t name_width = 0;
  for (const policy::RuleStep& step : steps)
    name_width = std::max(name_width, std::min(kWidestName, printable(stage.nsg->rules[step.rule].name).size()));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i >= kFirst && i + 1 < steps.size()) {
      if (i == kFirst) out += fmt::format("  ...    {} more rules that do not match\n", steps.size() - kFirst - 1);
      continue;
    }
    const model::SecurityRule& rule = stage.nsg->rules[steps[i].rule];
    const Match match = steps[i].look.overall();
    std::string word = "skip";
    if (match == Match::Yes) word = access_word(rule);
    if (match == Match::Maybe) word = "maybe";
    if (match == Match::Part) word = "part";
    const std::string why = match == Match::Yes ? (model::is_default(rule) ? "default rule" : "matches")
                                                : policy::why_not(rule, steps[i].look, report.flow.query);
    const auto priority = policy::shown_priority(rule);
    const std::string head = fmt::format("  {} {:>5} {}  ", padded(word, 5), priority ? std::to_string(*priority) : "?",
                                         padded(printable(rule.name), name_width));
    const Tone tone = match == Match::Yes ? Tone::Head : match == Match::No ? Tone::Faint : Tone::Warning;
    if (head.size() + why.size() <= width)
      out += paint(tone, head + printable(why)) + '\n';
    else
      out += paint(tone, head.substr(0, head.find_last_not_of(' ') + 1)) + '\n' +
             wrapped(printable(why), std::string(13, ' '), width);
  }
  return out;
}

}  // namespace

bool has_ports(const FlowRow& flow) { return (flow.query.protocols & net::ported_protocols()).any(); }

Json flow_json(const FlowRow& flow) {
  const auto port = [&](const std::optional<net::Port>& p) { return has_ports(flow) ? or_null(p) : Json(nullptr); };
  return {{"direction", model::name(flow.query.direction)},
          {"protocol", flow.protocol},
          {"source", flow.query.from.text},
          {"sourcePort", port(flow.query.source_port)},
          {"destination", flow.query.to.text},
          {"destinationPort", port(flow.query.destination_port)}};
}

Json applied_to_json(const model::Nsg& nsg) {
  const auto where = applied_to(nsg);
  return where.empty() ? Json(nullptr) : Json(where);
}

Json assumption_codes(const AuditReport& places) {
  Json out = Json::array();
  for (const policy::Assumption& one : places.assumptions) out.push_back(one.code);
  return out;
}

std::string flow_line(const FlowRow& flow) {
  return fmt::format("{} {} {} -> {}", model::name(flow.query.direction), flow.protocol,
                     endpoint(flow.query.from, flow.query.source_port, has_ports(flow)),
                     endpoint(flow.query.to, flow.query.destination_port, has_ports(flow)));
}

Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Allow:
      return Tone::Bad;
    case Verdict::Deny:
      return Tone::Good;
    case Verdict::Partial:
    case Verdict::Unknown:
      return Tone::Warning;
  }
  return Tone::Plain;
}

std::string upper_word(Verdict verdict) {
  std::string word{engine::name(verdict)};
  for (char& c : word) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return word;
}

void add_regions(Json& out, const policy::Judgement& judgement) {
  out["region"] = regions_json(judgement.region);
  out["regionComplete"] = judgement.complete;
  if (!judgement.unknown_region.empty()) out["unknownRegion"] = regions_json(judgement.unknown_region);
  out["witness"] = judgement.witness ? witness_json(*judgement.witness) : Json(nullptr);
}

Json stage_json(const ExplainReport& report, const StageReport& stage) {
  const policy::Judgement& judgement = stage.answer.judgement;
  const bool packet = report.flow.query.is_packet();
  Json out = stage_head(report, stage);
  out["verdict"] = engine::name(judgement.verdict);
  const Json deciders =
      stage.nsg == nullptr ? Json::array() : rules_json(*report.places, *stage.nsg, judgement.decided_by);
  const bool settled = judgement.verdict != Verdict::Unknown;
  // A packet may be settled by what is known of tags although it is not known which of several rules it is.
  const bool one_of_many = settled && packet && deciders.size() > 1;
  if (settled && !packet)
    out["decidedBy"] = deciders;
  else
    out["decidedBy"] = settled && deciders.size() == 1 ? deciders[0] : Json(nullptr);
  if (one_of_many) out["candidates"] = deciders;
  if (judgement.reason) out["reason"] = model::code(*judgement.reason);
  if (!judgement.candidates.empty()) out["candidates"] = rules_json(*report.places, *stage.nsg, judgement.candidates);
  if (!packet) add_regions(out, judgement);
  if (stage.path != nullptr && stage.path->delivers) out["alwaysAllow"] = true;
  if (stage.path != nullptr && stage.path->behind_deny) out["behindDeny"] = true;
  Json steps = Json::array();
  for (const policy::RuleStep& step : stage.answer.steps) steps.push_back(step_json(*stage.nsg, step));
  out["rulesEvaluated"] = std::move(steps);
  return out;
}

std::string region_text(const policy::Judgement& judgement, std::size_t width) {
  std::string out;
  for (const std::string& line : region_lines(judgement.region)) out += wrapped(printable(line), "  allowed  ", width);
  for (const std::string& line : region_lines(judgement.unknown_region))
    out += wrapped(printable(line), "  unknown  ", width);
  if (judgement.witness) out += wrapped(printable(to_string(*judgement.witness)), "  e.g.     ", width);
  return out;
}

std::string stage_body(const ExplainReport& report, const StageReport& stage, const Paint& paint, std::size_t width) {
  const policy::Judgement& judgement = stage.answer.judgement;
  std::string out = stage.nsg != nullptr ? ladder_text(report, stage, paint, width) : "";
  const std::string verdict = upper_word(judgement.verdict);
  std::string by;
  if (judgement.verdict == Verdict::Unknown) {
    by = judgement.reason ? fmt::format(", {}", model::code(*judgement.reason)) : "";
    if (!judgement.candidates.empty())
      by += fmt::format(": may be decided by {}", policy::rule_labels(*stage.nsg, judgement.candidates));
  } else if (!judgement.decided_by.empty()) {
    by = fmt::format(" by {}", policy::rule_labels(*stage.nsg, judgement.decided_by));
  }
  out += wrapped(printable(verdict + by), "  verdict  ", width);
  if (!report.flow.query.is_packet()) out += region_text(judgement, width);
  for (const policy::ModelRule rule : judgement.decided_by) {
    const SourceSpan span = stage.nsg->rules[rule].span;
    const Document* document = document_of(*report.places, span);
    if (document == nullptr) continue;
    const auto focus = focus_of(*report.places, NsgReport{*stage.nsg, {}, {}}, span);
    const Quote quoted = quote(*document, focus.value_or(span), width);
    out += fmt::format("\n  {}\n", printable(to_string(place_of(*report.places, span)))) + quoted.line +
           paint(tone_of(judgement.verdict), quoted.underline);
    break;
  }
  return out;
}

}  // namespace nsgcheck::io
