// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_expectations.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/model/value_faults.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::io {
namespace {

using policy::Fulfilment;

constexpr std::array kVerdicts{Fulfilment::Held, Fulfilment::Violated, Fulfilment::Unknown};

std::array<std::size_t, kVerdicts.size()> counts_of(const AuditReport& report) {
  std::array<std::size_t, kVerdicts.size()> out{};
  for (const ExpectationSum& one : sum_expectations(report)) ++out[static_cast<std::size_t>(one.verdict)];
  return out;
}

Tone tone_of(Fulfilment verdict) {
  return verdict == Fulfilment::Held ? Tone::Good : verdict == Fulfilment::Violated ? Tone::Bad : Tone::Warning;
}

// Those that have the verdict of all, by name.
std::string nsgs_in_words(const ExpectationSum& sum) {
  constexpr std::size_t kFew = 3;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < sum.of.size(); ++i)
    if (sum.verdicts[i].verdict == sum.verdict) names.push_back(sum.of[i]->nsg.name);
  if (names.empty()) return "no NSG of the input has that name";
  const bool all = names.size() == sum.of.size();
  return (all ? "" : fmt::format("{} of {} NSGs: ", names.size(), sum.of.size())) + policy::enumerate(names, kFew);
}

bool has_nsg(const AuditReport& report, const std::string& name) {
  return std::any_of(report.nsgs.begin(), report.nsgs.end(),
                     [&](const NsgReport& one) { return net::same_word(one.nsg.name, name); });
}

}  // namespace

std::vector<ExpectationSum> sum_expectations(const AuditReport& report) {
  std::vector<ExpectationSum> out(report.intent->expectations.size());
  for (const NsgReport& nsg : report.nsgs)
    for (const policy::ExpectationVerdict& one : nsg.audit.expectations) {
      out[one.expectation].of.push_back(&nsg);
      out[one.expectation].verdicts.push_back(one);
    }
  for (std::size_t i = 0; i < out.size(); ++i) {
    ExpectationSum& sum = out[i];
    const auto any = [&](Fulfilment verdict) {
      return std::any_of(sum.verdicts.begin(), sum.verdicts.end(),
                         [&](const policy::ExpectationVerdict& one) { return one.verdict == verdict; });
    };
    // A name that is nobody's leaves open what it stands for, whatever the others do.
    const auto& names = report.intent->expectations[i].nsgs;
    const bool nobody = std::any_of(names.begin(), names.end(), [&](const auto& n) { return !has_nsg(report, n); });
    if (any(Fulfilment::Violated))
      sum.verdict = Fulfilment::Violated;
    else if (sum.of.empty() || nobody || any(Fulfilment::Unknown))
      sum.verdict = Fulfilment::Unknown;
  }
  return out;
}

std::string expectation_line(const AuditReport& report) {
  const auto counts = counts_of(report);
  std::string out = count_of(report.intent->expectations.size(), "expectation");
  std::string_view before = ": ";
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    out += fmt::format("{}{} {}", before, counts[i], policy::name(kVerdicts[i]));
    before = ", ";
  }
  return out;
}

std::string expectations_text(const AuditReport& report, const Paint& paint, std::size_t width) {
  constexpr std::size_t kMost = 60;
  std::string out;
  const auto sums = sum_expectations(report);
  for (std::size_t i = 0; i < std::min(sums.size(), kMost); ++i) {
    const policy::Expectation& one = report.intent->expectations[i];
    std::string text = fmt::format("{}: {}  ({})", policy::name(one.kind), one.name, nsgs_in_words(sums[i]));
    out += paint(tone_of(sums[i].verdict),
                 wrapped(printable(text), fmt::format("  {:<9} ", policy::name(sums[i].verdict)), width));
  }
  if (sums.size() > kMost) out += fmt::format("  and {} more (all are in --format json)\n", sums.size() - kMost);
  const bool paths = report.deployment != nullptr || !report.networks.empty();
  return out + wrapped(printable(expectation_line(report) + " in " + report.intent->file +
                                 (paths ? "; of each NSG by itself, not of the whole path" : "")),
                       "  ", width);
}

Json expectations_json(const AuditReport& report) {
  Json out = Json::array();
  const auto sums = sum_expectations(report);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const policy::Expectation& one = report.intent->expectations[i];
    Json nsgs = Json::array();
    for (std::size_t k = 0; k < sums[i].of.size(); ++k) {
      const policy::ExpectationVerdict& verdict = sums[i].verdicts[k];
      nsgs.push_back({{"nsg", sums[i].of[k]->nsg.name},
                      {"verdict", policy::name(verdict.verdict)},
                      {"reason", verdict.reason ? Json(model::code(*verdict.reason)) : Json(nullptr)}});
    }
    out.push_back({{"name", one.name},
                   {"kind", policy::name(one.kind)},
                   {"file", report.intent->file},
                   {"line", one.line},
                   {"verdict", policy::name(sums[i].verdict)},
                   {"judged", "nsg"},
                   {"nsgs", std::move(nsgs)}});
  }
  return out;
}

Json expectation_counts_json(const AuditReport& report) {
  const auto counts = counts_of(report);
  Json out = Json::object();
  for (std::size_t i = 0; i < counts.size(); ++i) out[std::string{policy::name(kVerdicts[i])}] = counts[i];
  return out;
}

std::vector<Diagnostic> unmatched_names(const AuditReport& report) {
  std::vector<Diagnostic> out;
  for (const policy::Expectation& one : report.intent->expectations) {
    for (const std::string& name : one.nsgs)
      if (!has_nsg(report, name))
        out.push_back({report.intent->file,
                       {one.line, one.column, one.line, one.column},
                       fmt::format("no NSG of the input has the name {}, so \"{}\" cannot be judged",
                                   model::quoted(name), one.name)});
  }
  return out;
}

}  // namespace nsgcheck::io
