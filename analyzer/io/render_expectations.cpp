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
#include "analyzer/policy/path_sides.hpp"

namespace nsgcheck::io {
namespace {

using policy::Fulfilment;

constexpr std::array kVerdicts{Fulfilment::Held, Fulfilment::Violated, Fulfilment::Unknown};

std::array<std::size_t, kVerdicts.size()> counts_of(const AuditReport& report) {
  std::array<std::size_t, kVerdicts.size()> out{};
  for (const ExpectationSum& one : sum_expectations(report)) ++out[static_cast<std::size_t>(one.verdict)];
  return out;
}

Tone fulfilment_tone(Fulfilment verdict) {
  return verdict == Fulfilment::Held ? Tone::Good : verdict == Fulfilment::Violated ? Tone::Bad : Tone::Warning;
}

// Those that have the verdict of all, by name.
std::string shown(const std::vector<std::string>& names, std::size_t all, std::string_view noun) {
  constexpr std::size_t kFew = 3;
  return (names.size() == all ? "" : fmt::format("{} of {} {}: ", names.size(), all, noun)) +
         policy::enumerate(names, kFew);
}

std::string ends_in_words(const ExpectationSum& sum) {
  std::vector<std::string> names;
  std::size_t all = 0;
  for (const policy::ExpectationVerdict& one : sum.verdicts) {
    all += one.places.size();
    for (const policy::PlaceVerdict& place : one.places)
      if (place.verdict == sum.verdict) names.push_back(place.place);
  }
  return "whole way" + (names.empty() ? "" : "; " + shown(names, all, "places"));
}

std::string nsgs_in_words(const ExpectationSum& sum) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < sum.of.size(); ++i)
    if (sum.verdicts[i].verdict == sum.verdict) names.push_back(sum.of[i]->nsg.name);
  return names.empty() ? "no NSG of the input has that name" : shown(names, sum.of.size(), "NSGs");
}

bool has_nsg(const AuditReport& report, const std::string& name) {
  return std::any_of(report.nsgs.begin(), report.nsgs.end(),
                     [&](const NsgReport& one) { return net::same_word(one.nsg.name, name); });
}

bool has_place(const AuditReport& report, const policy::PlaceName& place) {
  return (report.deployment != nullptr && policy::has_place(*report.deployment, place)) ||
         std::any_of(report.networks.begin(), report.networks.end(),
                     [&](const NetworkReport& one) { return policy::has_place(one.network->deployment, place); });
}

// Why an expectation about whole ways cannot be judged.
std::vector<std::string> faults_of_way(const AuditReport& report, const policy::Expectation& one, bool judged) {
  if (report.deployment == nullptr && report.networks.empty())
    return {
        fmt::format("\"{}\" is about whole ways, and no input describes the network (--deployment does)", one.name)};
  std::vector<std::string> out;
  const auto add_names = [&](const policy::FlowPattern& flows) {
    for (const auto* places : {&flows.from_places, &flows.to_places})
      for (const policy::PlaceName& place : *places)
        if (!has_place(report, place))
          out.push_back(fmt::format("the network has no {} {}, so \"{}\" cannot be judged", policy::name(place.kind),
                                    model::quoted(place.name), one.name));
  };
  add_names(one.flows);
  for (const policy::FlowPattern& entry : one.allow) add_names(entry);
  if (out.empty() && !judged)
    out.push_back(fmt::format("no machine or subnet of the network has an address that \"{}\" asks about", one.name));
  return out;
}

// Why an expectation cannot be judged at all, or not where it should be.
std::vector<std::string> faults_of(const AuditReport& report, std::size_t expectation, bool judged) {
  const policy::Expectation& one = report.intent->expectations[expectation];
  if (one.whole_way) return faults_of_way(report, one, judged);
  std::vector<std::string> out;
  for (const std::string& name : one.nsgs)
    if (!has_nsg(report, name))
      out.push_back(fmt::format("no NSG of the input has the name {}, so \"{}\" cannot be judged", model::quoted(name),
                                one.name));
  return out;
}

}  // namespace

std::vector<ExpectationSum> sum_expectations(const AuditReport& report) {
  std::vector<ExpectationSum> out(report.intent->expectations.size());
  for (const NsgReport& nsg : report.nsgs)
    for (const policy::ExpectationVerdict& one : nsg.audit.expectations) {
      out[one.expectation].of.push_back(&nsg);
      out[one.expectation].verdicts.push_back(one);
    }
  for (const WaysReport& network : report.ways)
    for (const policy::ExpectationVerdict& one : network.verdicts) {
      out[one.expectation].networks.push_back(network.network);
      out[one.expectation].verdicts.push_back(one);
    }
  for (std::size_t i = 0; i < out.size(); ++i) {
    ExpectationSum& sum = out[i];
    const auto any = [&](Fulfilment verdict) {
      return std::any_of(sum.verdicts.begin(), sum.verdicts.end(),
                         [&](const policy::ExpectationVerdict& one) { return one.verdict == verdict; });
    };
    const bool judged = !sum.verdicts.empty();
    // A name that is nobody's leaves open what it stands for, whatever the others do.
    if (any(Fulfilment::Violated))
      sum.verdict = Fulfilment::Violated;
    else if (!judged || any(Fulfilment::Unknown) || !faults_of(report, i, judged).empty())
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
    // An expectation without a name of its own is called by its kind already.
    const std::string kind{policy::name(one.kind)};
    std::string text = fmt::format("{}{}  ({})", one.name.starts_with(kind + ' ') ? "" : kind + ": ", one.name,
                                   one.whole_way ? ends_in_words(sums[i]) : nsgs_in_words(sums[i]));
    out += paint(fulfilment_tone(sums[i].verdict),
                 wrapped(printable(text), fmt::format("  {:<9} ", policy::name(sums[i].verdict)), width));
  }
  if (sums.size() > kMost) out += fmt::format("  and {} more (all are in --format json)\n", sums.size() - kMost);
  const auto& all = report.intent->expectations;
  const bool by_nsg = std::any_of(all.begin(), all.end(), [](const auto& one) { return !one.whole_way; });
  const bool paths = by_nsg && (report.deployment != nullptr || !report.networks.empty());
  return out + wrapped(printable(expectation_line(report) + " in " + report.intent->file +
                                 (paths ? "; of each NSG by itself where it does not say \"whole way\"" : "")),
                       "  ", width);
}

Json expectations_json(const AuditReport& report) {
  Json out = Json::array();
  const auto sums = sum_expectations(report);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const policy::Expectation& one = report.intent->expectations[i];
    Json nsgs = Json::array();
    Json places = Json::array();
    const auto verdict_of = [](const auto& verdict, std::string_view key, const std::string& name) {
      return Json{{key, name},
                  {"verdict", policy::name(verdict.verdict)},
                  {"reason", verdict.reason ? Json(model::code(*verdict.reason)) : Json(nullptr)}};
    };
    for (std::size_t k = 0; k < sums[i].of.size(); ++k)
      nsgs.push_back(verdict_of(sums[i].verdicts[k], "nsg", sums[i].of[k]->nsg.name));
    for (std::size_t k = 0; k < sums[i].networks.size(); ++k)
      for (const policy::PlaceVerdict& place : sums[i].verdicts[k].places) {
        places.push_back(verdict_of(place, "place", place.place));
        places.back()["network"] = sums[i].networks[k];
      }
    out.push_back({{"name", one.name},
                   {"kind", policy::name(one.kind)},
                   {"file", report.intent->file},
                   {"line", one.line},
                   {"verdict", policy::name(sums[i].verdict)},
                   {"judged", one.whole_way ? "path" : "nsg"},
                   {"nsgs", std::move(nsgs)}});
    if (one.whole_way) out.back()["places"] = std::move(places);
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
  const auto sums = sum_expectations(report);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const policy::Expectation& one = report.intent->expectations[i];
    for (std::string& fault : faults_of(report, i, !sums[i].verdicts.empty()))
      out.push_back({report.intent->file, {one.line, one.column, one.line, one.column}, std::move(fault)});
  }
  return out;
}

}  // namespace nsgcheck::io
