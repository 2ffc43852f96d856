// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_diff.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

std::string place_words(const AuditReport& side, SourceSpan span) {
  const auto line = line_of(side, span);
  if (!line) return "";
  return fmt::format("{}:{}", side.files[span.document], *line);
}

std::string name_of(const model::Nsg& nsg) { return nsg.name.empty() ? "(unnamed NSG)" : nsg.name; }

}  // namespace

bool is_equivalent(const DiffReport& report) {
  return !report.incomplete && std::all_of(report.nsgs.begin(), report.nsgs.end(),
                                           [](const policy::NsgDiff& one) { return one.is_equivalent(); });
}

std::vector<ChangeGroup> groups_of(const std::vector<policy::Change>& changes) {
  std::vector<ChangeGroup> out;
  for (const policy::Change& change : changes) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const ChangeGroup& group) {
      const policy::Change& first = *group.front();
      return first.direction == change.direction && first.old_rule == change.old_rule &&
             first.new_rule == change.new_rule && first.reason == change.reason &&
             first.old_allows == change.old_allows && first.new_allows == change.new_allows;
    });
    if (same == out.end())
      out.push_back({&change});
    else
      same->push_back(&change);
  }
  return out;
}

std::string rule_words(const AuditReport& side, const model::Nsg* nsg, const std::optional<policy::ModelRule>& rule) {
  if (nsg == nullptr) return "no NSG";
  if (!rule) return "no rule";
  const model::SecurityRule& found = nsg->rules[*rule];
  const std::string place = place_words(side, found.span);
  const std::string name = found.name.empty() ? "a rule without name" : found.name;
  if (!place.empty()) return fmt::format("{} ({})", name, place);
  return model::is_default(found) ? name + " (default)" : name;
}

std::string doubt_words(const policy::Change& change) {
  const std::string code{change.reason ? model::code(*change.reason) : ""};
  if (change.reason == model::Reason::BudgetExceeded) return "was not looked at: the work budget ran out";
  if (!change.old_allows && !change.new_allows) return fmt::format("may fare differently ({})", code);
  const bool allowed = change.new_allows.value_or(!change.old_allows.value_or(false));
  return fmt::format("may be newly {} ({})", allowed ? "allowed" : "denied", code);
}

std::string places_words(const DiffReport& report, const policy::NsgPair& pair) {
  const std::string before = pair.before == nullptr ? "" : place_words(report.before, pair.before->span);
  const std::string after = pair.after == nullptr ? "" : place_words(report.after, pair.after->span);
  if (before.empty() || after.empty()) return before + after;
  return before == after ? before : before + " -> " + after;
}

std::string pair_name(const policy::NsgPair& pair) {
  if (pair.before == nullptr) return name_of(*pair.after);
  if (pair.after == nullptr) return name_of(*pair.before);
  if (net::same_word(pair.before->name, pair.after->name)) return name_of(*pair.after);
  return fmt::format("{} -> {}", name_of(*pair.before), name_of(*pair.after));
}

std::string verdict_line(const DiffReport& report) {
  std::size_t allowed = 0;
  std::size_t denied = 0;
  std::size_t unknown = 0;
  bool complete = true;
  for (const policy::NsgDiff& nsg : report.nsgs) {
    allowed += nsg.allowed.size();
    denied += nsg.denied.size();
    unknown += nsg.unknown.size();
    complete = complete && nsg.complete;
  }
  std::string assumed;
  for (const policy::Assumption& one : report.assumptions) assumed += (assumed.empty() ? "" : ", ") + one.code;
  if (!assumed.empty()) assumed = " (assumed: " + assumed + ')';
  const std::string nsgs = report.nsgs.size() == 1 ? "" : fmt::format("{} NSGs, ", report.nsgs.size());
  if (is_equivalent(report)) return "equivalent: " + nsgs + "exactly the same traffic passes" + assumed;
  std::string out;
  const auto count = [&](std::size_t number, std::string_view what) {
    if (number > 0) out += fmt::format("{} {}, ", number, what);
  };
  count(allowed, "newly allowed");
  count(denied, "newly denied");
  count(unknown, "not settled");
  if (!complete) return out + "and perhaps more: the work budget ran out" + assumed;
  if (report.incomplete) return out + "and perhaps more: some of the input could not be read" + assumed;
  return out + "nothing else changed" + assumed;
}

}  // namespace nsgcheck::io
