// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/render_arrivals.hpp"
#include "analyzer/io/render_expectations.hpp"
#include "analyzer/io/render_findings.hpp"
#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/io/render_verdicts.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::size_t kLongestName = 200;

std::string nsg_heading(const AuditReport& report, const NsgReport& nsg, const Paint& paint, std::size_t width) {
  const Place place = line_place_of(report, nsg.nsg.span);
  const std::size_t in = model::count_user_rules(nsg.nsg, net::Direction::Inbound);
  const std::size_t out = model::count_user_rules(nsg.nsg, net::Direction::Outbound);
  std::string rest = place.position ? fmt::format("{}:{}  ", printable(place.file), place.position->line) : "";
  rest += fmt::format("{} inbound and {} outbound rules", in, out);
  const std::string name = clipped(printable(nsg.nsg.name), kLongestName);
  if (columns_of(name) + 2 + columns_of(rest) <= width) return paint(Tone::Head, name) + "  " + rest + '\n';
  std::string first = wrapped(name, "", width);
  first.pop_back();
  return paint(Tone::Head, first) + '\n' + wrapped(rest, "  ", width);
}

std::string verdict_in_words(const AuditReport& report, const NsgReport& nsg, const Paint& paint, std::size_t width) {
  std::string out;
  const std::string closed = proven_closed(nsg.audit);
  if (!closed.empty() && is_read_in_part(report, nsg))
    out += wrapped("by the rules at hand this NSG lets nothing from the Internet through to " + closed +
                       "; parts of its input are missing or not understood",
                   "  so far   ", width);
  else if (!closed.empty())
    out += paint(Tone::Good, wrapped("for every packet: this NSG lets nothing from the Internet through to " + closed,
                                     "  proven   ", width));
  if (!nsg.audit.undecided.empty())
    out += paint(Tone::Warning,
                 wrapped("the work budget ran out for " + printable(policy::rule_labels(nsg.nsg, nsg.audit.undecided)) +
                             "; whether they are shadowed or redundant is not known",
                         "  unknown  ", width));
  const bool clean = nsg.audit.findings.empty() && nsg.audit.undecided.empty() && !report.policies.empty();
  const std::size_t judged = policies_judged(report, nsg);
  if (clean)
    out += paint(Tone::Good,
                 wrapped("no findings: " + (judged == 1 ? std::string{"the one policy in force holds"}
                                                        : fmt::format("all {} policies in force hold", judged)),
                         "  ok       ", width));
  return out;
}

std::string section(std::string_view title, const Paint& paint, const std::string& body) {
  return body.empty() ? "" : '\n' + paint(Tone::Head, title) + '\n' + body;
}

std::string assumptions(const AuditReport& report, std::size_t width) {
  std::string out;
  for (const policy::Assumption& one : report.assumptions)
    out += wrapped(printable(one.text + " (" + one.code + ')'), "  - ", width);
  return out;
}

std::string gone(const AuditReport& report, std::size_t width) {
  constexpr std::size_t kMost = 10;
  if (!report.gone) return "";
  std::string out;
  for (std::size_t i = 0; i < std::min(report.gone->size(), kMost); ++i) {
    const policy::BaselineEntry& one = (*report.gone)[i];
    out += wrapped(clipped(printable(gone_text(one)), kLongestName), "  ", width);
  }
  if (report.gone->size() > kMost)
    out += fmt::format("  and {} more (all are in --format json)\n", report.gone->size() - kMost);
  return out;
}

/// Things of one kind in one input share a line.
std::string skipped(const AuditReport& report, std::size_t width) {
  constexpr std::size_t kMost = 10;
  std::string out;
  for (const InputReport& input : report.inputs) {
    if (input.has_no_nsg) out += wrapped(printable(input.file) + ": " + std::string{kNoNsg}, "  ", width);
    std::vector<std::pair<const Skipped*, std::size_t>> kinds;
    std::map<std::string_view, std::size_t> index;
    for (const Skipped& one : input.skipped) {
      const auto [at, is_new] = index.emplace(one.what, kinds.size());
      if (is_new) kinds.emplace_back(&one, 0);
      ++kinds[at->second].second;
    }
    for (std::size_t i = 0; i < std::min(kinds.size(), kMost); ++i) {
      const auto& [first, count] = kinds[i];
      const Place place = line_place_of(report, first->span);
      std::string text = place.position ? to_string(place) : input.file;
      text += ": " + first->what;
      if (count > 1) text += fmt::format(" (and {} more of this kind)", count - 1);
      out += wrapped(printable(text), "  ", width);
    }
    if (kinds.size() > kMost)
      out += fmt::format("  and {} more kinds (all are in --format json)\n", kinds.size() - kMost);
  }
  return out;
}

std::string errors(const AuditReport& report, std::size_t width) {
  std::string out;
  for (const InputReport& input : report.inputs)
    for (const Diagnostic& error : input.errors)
      out += wrapped(printable(to_string(Place{input.file, error.position, ""}) + ": " + error.message), "  ", width);
  return out;
}

}  // namespace

std::string render_text(const AuditReport& report, const TextStyle& style) {
  constexpr std::size_t kNarrowestReport = 60;
  const std::size_t width = std::max(style.width, kNarrowestReport);
  const Paint paint{style.color};
  TextFindings findings{report, paint, width};
  std::string out;
  for (const NsgReport& nsg : report.nsgs) {
    if (!out.empty()) out += '\n';
    out += nsg_heading(report, nsg, paint, width);
    if (report.deployment != nullptr || !nsg.attached.empty())
      out += wrapped(printable(attached_text(nsg)), "  ", width);
    out += verdict_table(nsg, paint, width) + verdict_in_words(report, nsg, paint, width) + findings.render(nsg);
  }
  if (report.whole) {
    const NsgReport& whole = *report.whole;
    if (!out.empty()) out += '\n';
    out += paint(Tone::Head, printable(whole_heading(report))) + '\n' + verdict_in_words(report, whole, paint, width) +
           findings.render(whole);
  }
  if (report.governance) {
    const NsgReport& governance = *report.governance;
    if (!out.empty()) out += '\n';
    out += paint(Tone::Head, "suppressions") + '\n' + verdict_in_words(report, governance, paint, width) +
           findings.render(governance);
  }
  out += section("Gone since the baseline", paint, gone(report, width));
  out += section("Traffic that arrives, if it is sent there: all stages together", paint,
                 arrivals_text(report.arrivals, paint, width));
  for (const NetworkReport& network : report.networks)
    out += section(fmt::format("Traffic that arrives in virtual network {}, if it is sent there",
                               printable(network.network->deployment.name)),
                   paint, network_text(network, paint, width));
  if (!report.unplaced.empty())
    out += section("Network interfaces whose virtual network is not in the inputs", paint,
                   wrapped(printable(policy::enumerate(report.unplaced, 6)), "  ", width));
  if (report.intent != nullptr) out += section("Expectations", paint, expectations_text(report, paint, width));
  out += section("Changes of the rules one by one, and whether an expectation notices them", paint,
                 mutation_text(report, paint, width));
  out += section("Assumptions", paint, assumptions(report, width));
  out += section("Skipped", paint, skipped(report, width));
  out += section("Missing or not understood", paint, errors(report, width));
  return out + (out.empty() ? "" : "\n") + wrapped(printable(summary_line(report)), "", width);
}

}  // namespace nsgcheck::io
