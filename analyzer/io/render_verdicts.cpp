// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_verdicts.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

using engine::Verdict;
using policy::PortVerdict;

bool from_internet(const PortVerdict& row) {
  return row.direction == net::Direction::Inbound && row.source == "Internet";
}

std::string service_of(const PortVerdict& row) { return fmt::format("{}/{}", row.port, net::to_string(row.protocol)); }

Tone row_tone(const PortVerdict& row) {
  const Verdict verdict = row.judgement.verdict;
  if (verdict == Verdict::Unknown) return Tone::Warning;
  if (!from_internet(row)) return Tone::Plain;
  if (verdict == Verdict::Deny) return Tone::Good;
  return verdict == Verdict::Allow ? Tone::Worst : Tone::Bad;
}

struct Cell {
  std::string word;
  std::string by;
  Tone tone{Tone::Plain};
  [[nodiscard]] std::size_t columns() const { return by.empty() ? word.size() : kWord + columns_of(by); }

  static constexpr std::size_t kWord = 8;  ///< the longest verdict and a blank
};

Cell cell_of(const model::Nsg& nsg, const PortVerdict& row) {
  return {verdict_word(row), printable(decider(nsg, row.judgement)), row_tone(row)};
}

std::string fitted(const Cell& cell, std::size_t columns, const Paint& paint) {
  if (cell.by.empty())
    return paint(cell.tone, cell.word) + std::string(columns - std::min(columns, cell.word.size()), ' ');
  const std::string by = clipped(cell.by, columns - Cell::kWord);
  return paint(cell.tone, cell.word) + std::string(Cell::kWord - cell.word.size(), ' ') +
         padded(by, columns - Cell::kWord);
}

/// Takes columns from the widest until all fit.
void narrow(std::vector<std::size_t>& widths, std::size_t room) {
  constexpr std::size_t kNarrowestRow = Cell::kWord + 8;
  while (std::accumulate(widths.begin(), widths.end(), std::size_t{0}) > room) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kNarrowestRow) return;
    --*widest;
  }
}

template <class T>
void add_new(std::vector<T>& list, const T& value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

std::string inbound_table(const NsgReport& nsg, const Paint& paint, std::size_t width) {
  std::vector<std::string> services, sources;
  for (const PortVerdict& row : nsg.audit.ports) {
    if (row.direction != net::Direction::Inbound) continue;
    add_new(services, service_of(row));
    add_new(sources, row.source);
  }
  std::vector<std::vector<Cell>> cells(services.size(), std::vector<Cell>(sources.size(), Cell{"-", "", Tone::Faint}));
  std::vector<std::size_t> widths;
  for (const std::string& source : sources) widths.push_back(source.size());
  for (const PortVerdict& row : nsg.audit.ports) {
    if (row.direction != net::Direction::Inbound) continue;
    const auto y = std::find(services.begin(), services.end(), service_of(row)) - services.begin();
    const auto x = static_cast<std::size_t>(std::find(sources.begin(), sources.end(), row.source) - sources.begin());
    Cell& cell = cells[static_cast<std::size_t>(y)][x];
    cell = cell_of(nsg.nsg, row);
    widths[x] = std::max(widths[x], cell.columns());
  }
  constexpr std::size_t kLabel = 13, kGap = 2;
  narrow(widths, std::max(width, std::size_t{60}) - kLabel - kGap * sources.size());
  std::string head = padded("  inbound", kLabel);
  for (std::size_t x = 0; x < sources.size(); ++x) head += padded(sources[x], widths[x] + kGap);
  std::string out = paint(Tone::Faint, trimmed(head));
  for (std::size_t y = 0; y < services.size(); ++y) {
    std::string line = padded("  " + services[y], kLabel);
    for (std::size_t x = 0; x < sources.size(); ++x)
      line += fitted(cells[y][x], widths[x], paint) + std::string(kGap, ' ');
    out += trimmed(line);
  }
  return out;
}

std::string outbound_lines(const NsgReport& nsg, const Paint& paint, std::size_t width) {
  std::string out;
  for (const PortVerdict& row : nsg.audit.ports) {
    if (row.direction != net::Direction::Outbound) continue;
    const Cell cell = cell_of(nsg.nsg, row);
    const std::string label = fmt::format("{} to {}  ", service_of(row), row.destination);
    const std::string head = paint(Tone::Faint, "  outbound   ");
    constexpr std::size_t kHead = 13;
    const std::size_t room = std::max(width, kHead + label.size() + 2 * Cell::kWord) - kHead - label.size();
    out += trimmed(head + label + fitted(cell, std::min(room, cell.columns()), paint));
  }
  return out;
}

// Why a row of the table is not settled.
std::string doubt(const NsgReport& nsg, const policy::Judgement& judgement) {
  std::string out{model::code(judgement.reason.value_or(model::Reason::BudgetExceeded))};
  const auto& rules = judgement.unsettled.empty() ? judgement.candidates : judgement.unsettled;
  if (!rules.empty()) out += " in " + policy::rule_labels(nsg.nsg, rules);
  return out;
}

std::string notes(const NsgReport& nsg, std::size_t width) {
  constexpr std::size_t kRegions = 3;
  std::string out;
  const auto add = [&](std::string_view head, const std::string& text) {
    out += wrapped(printable(text), head, width);
  };
  std::vector<std::pair<std::string, std::vector<std::string>>> open;  // doubt and the rows that it leaves open
  for (const PortVerdict& row : nsg.audit.ports) {
    const policy::Judgement& judgement = row.judgement;
    const std::string direction = row.direction == net::Direction::Outbound ? " outbound" : "";
    if (judgement.verdict == Verdict::Partial)
      add("  partial  ", "open: " + shortened(region_lines(judgement.region), kRegions) + direction +
                             (judgement.complete ? "" : ", and maybe more: the work budget ran out"));
    if (judgement.verdict != Verdict::Unknown && judgement.unknown_region.empty()) continue;
    std::string what = shortened(region_lines(judgement.unknown_region), kRegions);
    if (what.empty()) what = service_of(row) + " from " + row.source;
    const std::string why = doubt(nsg, judgement);
    auto place = std::find_if(open.begin(), open.end(), [&](const auto& one) { return one.first == why; });
    if (place == open.end()) place = open.insert(open.end(), {why, {}});
    place->second.push_back(what + direction);
  }
  for (const auto& [why, rows] : open)
    add("  unknown  ",
        fmt::format("{} {} not settled: {}", fmt::join(rows, "; "), rows.size() == 1 ? "is" : "are", why));
  return out;
}

}  // namespace

std::string decider(const model::Nsg& nsg, const policy::Judgement& judgement) {
  const bool settled = judgement.verdict != Verdict::Unknown;
  const auto& rules = settled ? judgement.decided_by : judgement.candidates;
  if (rules.empty()) return "";
  const model::SecurityRule& rule = nsg.rules[rules.front()];
  // What stands for rules that are not known has no name that says more than the note below.
  if (rule.origin == model::Origin::Gap && !rule.priority.value) return "?";
  // The priority goes first, so that it is still there when a name is cut.
  std::string out = model::is_default(rule)               ? "default"
                    : rule.origin == model::Origin::Admin ? "admin " + rule.name
                    : rule.priority.value                 ? std::to_string(*rule.priority.value) + ' ' + rule.name
                                                          : rule.name;
  if (rules.size() > 1) out = fmt::format("{} (+{})", out, rules.size() - 1);
  return settled ? out : out + '?';
}

std::string verdict_word(const PortVerdict& row) {
  if (from_internet(row) && row.judgement.verdict == Verdict::Allow) return "ALLOW";
  return std::string{engine::name(row.judgement.verdict)};
}

std::string proven_closed(const policy::NsgAudit& audit) {
  std::vector<std::string> services;
  for (const PortVerdict& row : audit.ports) {
    if (!from_internet(row)) continue;
    if (row.judgement.verdict != Verdict::Deny) return "";
    services.push_back(service_of(row));
  }
  std::string out;
  for (std::size_t i = 0; i < services.size(); ++i)
    out += (i == 0 ? "" : i + 1 == services.size() ? " or " : ", ") + services[i];
  return out;
}

bool is_read_in_part(const AuditReport& report, const NsgReport& nsg) {
  const auto has_errors = [](const InputReport& input) { return !input.errors.empty(); };
  const std::string file = line_place_of(report, nsg.nsg.span).file;
  const auto own = std::find_if(report.inputs.begin(), report.inputs.end(),
                                [&](const InputReport& input) { return input.file == file; });
  // A linked template is an input of its own in a directory only: then that which links to it may be any.
  if (own == report.inputs.end() || own->nsgs == 0)
    return std::any_of(report.inputs.begin(), report.inputs.end(), has_errors);
  return has_errors(*own);
}

std::string verdict_table(const NsgReport& nsg, const Paint& paint, std::size_t width) {
  if (nsg.audit.ports.empty()) return "";
  return inbound_table(nsg, paint, width) + outbound_lines(nsg, paint, width) + notes(nsg, width);
}

}  // namespace nsgcheck::io
