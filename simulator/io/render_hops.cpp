// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/render_hops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_quote.hpp"
#include "analyzer/policy/hops.hpp"

namespace nsgcheck::io {
namespace {

std::string rule_text(const model::SecurityRule& rule) {
  const auto known = policy::shown_priority(rule);
  const std::string priority = known ? std::to_string(*known) : "?";
  return fmt::format("{} ({}{})", printable(rule.name), priority, model::is_default(rule) ? ", default" : "");
}

std::string ends_text(const HopRow& hop) {
  const auto& shown = hop.before ? hop.before : hop.after;
  if (!shown) return {};
  std::string out = to_string(shown->source) + " -> " + to_string(shown->destination);
  if (!hop.before || !hop.after || *hop.before == *hop.after) return out;
  out += " becomes ";
  if (!(hop.after->source.address == hop.before->source.address && hop.after->source.port == hop.before->source.port))
    out += to_string(hop.after->source) + " -> ";
  return out + to_string(hop.after->destination);
}

}  // namespace

std::string decider_text(const HopRow& hop) {
  std::string out;
  if (!hop.nsg.empty()) out = printable(hop.nsg) + (hop.applied_to.empty() ? "" : " (" + hop.applied_to + ')');
  if (hop.rule != nullptr) out += (out.empty() ? "" : ": ") + rule_text(*hop.rule);
  return out;
}

std::string to_string(const HopEnd& end) {
  const bool v6 = end.address.find(':') != std::string::npos;
  if (!end.port) return end.address;
  return fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), end.address, *end.port);
}

bool is_finding(const std::vector<model::DeploymentFinding>& findings, std::string_view code) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const model::DeploymentFinding& one) { return one.code == code; });
}

Tone tone_of(std::string_view verdict) {
  if (verdict == "reached" || verdict == "allow") return Tone::Good;
  if (verdict == "blocked" || verdict == "misrouted" || verdict == "deny") return Tone::Bad;
  return verdict == "not-rdp" ? Tone::Faint : Tone::Warning;
}

std::string hop_ladder(const std::vector<HopRow>& hops, const Paint& paint, std::size_t width) {
  std::string out;
  bool lost = false;
  for (const HopRow& hop : hops) {
    if (hop.behind_loss && !lost) out += "    would also be lost at\n";
    lost = hop.behind_loss;
    const std::string place = hop.instance.empty() ? hop.at : printable(hop.instance);
    const std::string name = hop.hop + (place.empty() ? "" : " at " + place);
    std::string detail = ends_text(hop);
    for (const std::string& part : {decider_text(hop), hop.verdict == "allow" ? std::string{} : printable(hop.text)})
      if (!part.empty()) detail += (detail.empty() ? "" : "; ") + part;
    const std::string head = fmt::format("    {} {} ", padded(hop.verdict, 8), padded(name, 32));
    std::string lines = detail.empty() ? head + '\n' : wrapped(detail, head, std::max<std::size_t>(width, 100));
    out += hop.verdict == "allow" ? lines : paint(tone_of(hop.verdict), lines);
  }
  return out;
}

std::string blamed_rule(const AuditReport& places, const std::vector<HopRow>& hops, const Paint& paint,
                        std::size_t width) {
  const auto blamed = std::find_if(hops.begin(), hops.end(),
                                   [](const HopRow& hop) { return hop.verdict != "allow" && hop.rule != nullptr; });
  if (blamed == hops.end()) return {};
  const Document* document = document_of(places, blamed->rule->span);
  if (document == nullptr) {
    if (!model::is_default(*blamed->rule)) return {};
    return wrapped(fmt::format("{} of {} decides; it is one of the rules that every group ends with, no rule of the "
                               "files lets the packet through",
                               rule_text(*blamed->rule), printable(blamed->nsg)),
                   "    ", width);
  }
  const auto focus = focus_of(places, NsgReport{}, blamed->rule->span);
  const Quote quoted = quote(*document, focus.value_or(blamed->rule->span), width);
  return fmt::format("    {}\n", printable(to_string(place_of(places, blamed->rule->span)))) + quoted.line +
         paint(tone_of(blamed->verdict), quoted.underline);
}

}  // namespace nsgcheck::io
