// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_findings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analyzer/io/render_arrivals.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/io/render_quote.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

using policy::Finding;
using policy::Severity;

constexpr std::size_t kInFull = 3;    // findings of a group that are quoted
constexpr std::size_t kInShort = 10;  // further ones that get a line
constexpr std::size_t kMessage = 600;

Tone severity_tone(Severity severity) {
  switch (severity) {
    case Severity::Critical:
      return Tone::Worst;
    case Severity::High:
      return Tone::Bad;
    case Severity::Medium:
      return Tone::Warning;
    case Severity::Low:
    case Severity::Info:
      break;
  }
  return Tone::Head;
}

std::string upper(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

std::string message_of(const Finding& finding) { return clipped(printable(finding.message), kMessage); }

}  // namespace

std::vector<TextFindings::Group> TextFindings::groups_of(const policy::NsgAudit& audit) {
  std::vector<Group> groups;
  for (const Finding& finding : audit.findings) {
    if (finding.status == policy::Status::Suppressed) continue;
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return group.first->policy == finding.policy && group.first->severity == finding.severity &&
             group.first->status == finding.status && group.first->baseline == finding.baseline;
    });
    Group& group = same == groups.end() ? groups.emplace_back(Group{&finding, {}}) : *same;
    group.findings.push_back(&finding);
  }
  return groups;
}

std::string TextFindings::render(const NsgReport& nsg) {
  std::string out;
  for (const Group& group : groups_of(nsg.audit)) out += '\n' + render(nsg, group);
  return out + suppressed(nsg);
}

std::string TextFindings::render(const NsgReport& nsg, const Group& group) {
  std::string out = heading(group);
  // Notes are for those who look for them: a place and a sentence each, the rest by `nsgcheck policies ID`.
  const bool note = group.first->severity == Severity::Info;
  // What is known has been read before.
  const bool known = is_known(*group.first);
  const std::size_t in_full_at_most = note || known ? 0 : kInFull;
  std::size_t shown = 0;
  for (const Finding* finding : group.findings) {
    if (shown == kInFull + kInShort) break;
    out += shown < in_full_at_most ? in_full(nsg, *finding) : in_short(nsg, *finding);
    ++shown;
  }
  if (shown < group.findings.size())
    out += fmt::format("  and {} more of this kind (all are in --format json)\n", group.findings.size() - shown);
  return note || known ? out : out + advice(*group.first->policy);
}

std::string TextFindings::heading(const Group& group) const {
  const Finding& first = *group.first;
  std::string label = upper(policy::name(first.severity));
  if (const std::string remark = remark_on(first); !remark.empty()) label += ", " + upper(remark);
  const std::string id = printable(first.policy->id);
  std::string title = printable(first.policy->title);
  if (group.findings.size() > 1) title += fmt::format(" ({} findings)", group.findings.size());
  const std::size_t begin = columns_of(label) + columns_of(id) + 4;
  std::string text = wrapped(title, std::string(begin, ' '), width_);
  return paint_(severity_tone(first.severity), label) + "  " + paint_(Tone::Head, id) + "  " +
         paint_(Tone::Head, text.substr(begin, text.size() - begin - 1)) + '\n';
}

std::string TextFindings::in_full(const NsgReport& nsg, const Finding& finding) const {
  const Place place = line_place_of(report_, anchor_of(nsg, finding));
  std::string out;
  if (place.position) out += wrapped(printable(to_string(place)), "  ", width_);
  if (const auto focus = focus_of(report_, nsg, finding)) {
    const Quote lines = quote(*document_of(report_, *focus), *focus, width_);
    out += paint_(Tone::Faint, lines.line) + paint_(severity_tone(finding.severity), lines.underline);
  }
  out += wrapped(message_of(finding), "  ", width_) + causes(nsg, finding);
  if (finding.witness) out += wrapped(clipped(printable(to_string(*finding.witness)), kMessage), "  e.g. ", width_);
  const std::string arrives = arrives_text(nsg, finding);
  for (const Finding::Hop& hop : finding.hops)
    out += wrapped(clipped(printable(hop_text(hop)), kMessage), "  hop  ", width_);
  if (!arrives.empty()) out += wrapped(clipped(printable("such traffic " + arrives), kMessage), "  path ", width_);
  return out;
}

/// Where the rules stand that make another one pointless.
std::string TextFindings::causes(const NsgReport& nsg, const Finding& finding) const {
  if (!finding.rule) return "";
  constexpr std::size_t kMost = 3;
  std::string out;
  std::size_t shown = 0;
  for (const policy::ModelRule cause : finding.decided_by) {
    const model::SecurityRule& rule = nsg.nsg.rules[cause];
    if (cause == *finding.rule || !rule.span.known()) continue;
    if (++shown > kMost) return out + "  cf.  and more\n";
    const std::string place = printable(to_string(line_place_of(report_, rule.span)));
    out += wrapped(place + ": " + clipped(printable(policy::rule_label(rule)), width_), "  cf.  ", width_);
  }
  return out;
}

std::string TextFindings::in_short(const NsgReport& nsg, const Finding& finding) const {
  const Place place = line_place_of(report_, anchor_of(nsg, finding));
  const std::string where = place.position ? printable(to_string(place)) + ": " : "";
  return wrapped(where + message_of(finding), "  ", width_);
}

std::string TextFindings::advice(const policy::Policy& policy) {
  if (!explained_.insert(policy.id).second)
    return wrapped("see " + printable(policy.id) + " above", paint_(Tone::Plain, "  fix  "), width_);
  std::string out;
  if (!policy.rationale.empty()) out += wrapped(printable(policy.rationale), "  why  ", width_);
  if (!policy.remediation.empty()) out += wrapped(printable(policy.remediation), "  fix  ", width_);
  return out;
}

std::string TextFindings::suppressed(const NsgReport& nsg) const {
  std::string out;
  for (const Finding& finding : nsg.audit.findings) {
    if (finding.status != policy::Status::Suppressed) continue;
    if (out.empty()) out = '\n' + paint_(Tone::Faint, "suppressed") + '\n';
    const Place place = line_place_of(report_, anchor_of(nsg, finding));
    std::string text = fmt::format("{} ({}) {}", finding.policy->id, policy::name(finding.severity), to_string(place));
    if (finding.suppressed) text += " " + suppressed_text(finding);
    out += wrapped(clipped(printable(text), kMessage), "  ", width_);
  }
  return out;
}

}  // namespace nsgcheck::io
