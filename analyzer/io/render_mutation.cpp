// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "analyzer/io/render_expectations.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

std::string counts_in_words(const policy::Mutation& mutation) {
  std::string out = fmt::format("{}: {} noticed, {} not, {} without effect; {} % of those with effect are noticed",
                                count_of(mutation.mutants, "mutant"), mutation.killed, mutation.survivors.size(),
                                mutation.equivalent, mutation.kill_rate());
  if (mutation.undecided > 0) out += fmt::format("; of {} it could not be told", mutation.undecided);
  if (mutation.left_out > 0) out += fmt::format("; {} more were not looked at", mutation.left_out);
  return out;
}

std::string survivor_text(const AuditReport& report, const NsgReport& nsg, const policy::Survivor& one,
                          std::size_t width) {
  const model::SecurityRule& rule = nsg.nsg.rules[one.rule];
  const auto line = line_of(report, rule.span);
  std::string text =
      policy::rule_label(rule) + (line ? fmt::format(", line {}", *line) : "") + ": " + one.what + "; " + one.differs;
  if (one.witness) text += ", e.g. " + to_string(*one.witness);
  return wrapped(printable(text), "  not noticed  ", width);
}

}  // namespace

std::string mutation_text(const AuditReport& report, const Paint& paint, std::size_t width) {
  constexpr std::size_t kMost = 40;
  std::string out;
  for (const NsgReport& nsg : report.nsgs) {
    if (!nsg.mutation) continue;
    const auto& survivors = nsg.mutation->survivors;
    const bool good = survivors.empty() && nsg.mutation->undecided == 0 && nsg.mutation->left_out == 0;
    out += paint(good ? Tone::Good : Tone::Warning,
                 wrapped(printable(nsg.nsg.name + ": " + counts_in_words(*nsg.mutation)), "  ", width));
    for (std::size_t i = 0; i < std::min(survivors.size(), kMost); ++i)
      out += survivor_text(report, nsg, survivors[i], width);
    if (survivors.size() > kMost)
      out += fmt::format("  and {} more (all are in --format json)\n", survivors.size() - kMost);
  }
  return out;
}

Json mutation_json(const AuditReport& report) {
  Json out = Json::array();
  for (const NsgReport& nsg : report.nsgs) {
    if (!nsg.mutation) continue;
    const policy::Mutation& mutation = *nsg.mutation;
    Json survivors = Json::array();
    for (const policy::Survivor& one : mutation.survivors)
      survivors.push_back({{"rule", rule_json(report, nsg.nsg.rules[one.rule])},
                           {"mutation", one.what},
                           {"differs", one.differs},
                           {"witness", one.witness ? witness_json(*one.witness) : Json(nullptr)}});
    out.push_back({{"nsg", nsg.nsg.name},
                   {"mutants", mutation.mutants},
                   {"noticed", mutation.killed},
                   {"equivalent", mutation.equivalent},
                   {"undecided", mutation.undecided},
                   {"leftOut", mutation.left_out},
                   {"killRatePercent", mutation.kill_rate()},
                   {"survivors", std::move(survivors)}});
  }
  return out.empty() ? Json(nullptr) : out;
}

bool has_survivors(const AuditReport& report) {
  return std::any_of(report.nsgs.begin(), report.nsgs.end(), [](const NsgReport& nsg) {
    return nsg.mutation &&
           (!nsg.mutation->survivors.empty() || nsg.mutation->undecided > 0 || nsg.mutation->left_out > 0);
  });
}

}  // namespace nsgcheck::io
