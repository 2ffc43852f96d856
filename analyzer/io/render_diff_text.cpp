// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/render_diff.hpp"
#include "analyzer/io/render_diff_paths.hpp"
#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"

namespace nsgcheck::io {
namespace {

// Groups of one list, and regions of one group, that text shows; the rest is counted.
constexpr std::size_t kMostGroups = 12;
constexpr std::size_t kMostRegions = 4;
constexpr std::string_view kDiffIndent = "    ";

/// Writes the changes of one pair.
class PairText {
 public:
  PairText(const DiffReport& report, const policy::NsgDiff& diff, const Paint& paint, std::size_t width)
      : report_{report}, diff_{diff}, paint_{paint}, width_{width} {}

  [[nodiscard]] std::string render() const {
    return heading() + list(diff_.allowed, "  newly allowed  ", Tone::Bad) +
           list(diff_.denied, "  newly denied   ", Tone::Warning) +
           list(diff_.unknown, "  not settled    ", Tone::Warning);
  }

 private:
  [[nodiscard]] std::string heading() const {
    std::string rest = places_words(report_, diff_.nsgs);
    if (diff_.status == policy::DiffStatus::Added || diff_.status == policy::DiffStatus::Removed)
      rest += fmt::format("{}{}: compared with no NSG, which lets everything through", rest.empty() ? "" : "  ",
                          policy::name(diff_.status));
    const std::string name = clipped(printable(pair_name(diff_.nsgs)), 200);
    if (columns_of(name) + 2 + rest.size() <= width_)
      return paint_(Tone::Head, name) + (rest.empty() ? "" : "  " + printable(rest)) + '\n';
    return paint_(Tone::Head, name) + '\n' + wrapped(printable(rest), "  ", width_);
  }

  [[nodiscard]] std::string list(const std::vector<policy::Change>& changes, std::string_view label, Tone tone) const {
    const std::vector<ChangeGroup> groups = groups_of(changes);
    std::string out;
    for (std::size_t i = 0; i < std::min(groups.size(), kMostGroups); ++i) out += group_text(groups[i], label, tone);
    if (groups.size() > kMostGroups)
      out += fmt::format("{}and {} more pairs of rules (all are in --format json)\n", kDiffIndent,
                         groups.size() - kMostGroups);
    return out;
  }

  [[nodiscard]] std::string group_text(const ChangeGroup& group, std::string_view label, Tone tone) const {
    std::string out;
    for (std::size_t i = 0; i < std::min(group.size(), kMostRegions); ++i) {
      std::string line = fmt::format("{} {}", model::name(group[i]->direction), group[i]->words);
      if (group[i]->shift == engine::Shift::Unknown) line += ' ' + doubt_words(*group[i]);
      out += paint_(tone, wrapped(printable(line), label, width_));
    }
    if (group.size() > kMostRegions)
      out += fmt::format("{}and {} more by the same rules (all are in --format json)\n", kDiffIndent,
                         group.size() - kMostRegions);
    const policy::Change& first = *group.front();
    const std::string by = deciders(first);
    if (!by.empty()) out += wrapped(printable(by), kDiffIndent, width_);
    if (first.witness) out += wrapped("e.g. " + printable(to_string(*first.witness)), kDiffIndent, width_);
    return out;
  }

  [[nodiscard]] std::string deciders(const policy::Change& change) const {
    const bool settled = change.shift != engine::Shift::Unknown;
    const auto says = [&](bool allows) { return settled ? "" : allows ? "allowed by " : "denied by "; };
    std::string out;
    if (change.old_allows)
      out = fmt::format("was {}{}", says(*change.old_allows),
                        rule_words(report_.before, diff_.nsgs.before, change.old_rule));
    if (change.new_allows)
      out += fmt::format("{}now {}{}", out.empty() ? "" : ", ", says(*change.new_allows),
                         rule_words(report_.after, diff_.nsgs.after, change.new_rule));
    return out;
  }

  const DiffReport& report_;
  const policy::NsgDiff& diff_;
  const Paint& paint_;
  std::size_t width_;
};

// What was left aside, in few words: a comparison should not hide that it saw only a part.
std::string left_aside(const AuditReport& side, std::string_view which, std::size_t width) {
  std::string out;
  std::size_t parts = 0;
  for (const InputReport& input : side.inputs) {
    if (input.has_no_nsg)
      out += wrapped(printable(fmt::format("{}: {}", input.file, kNoNsg)), fmt::format("  {}: ", which), width);
    parts += input.skipped.size();
    for (const Diagnostic& error : input.errors)
      out += wrapped(printable(to_string(Place{input.file, error.position, ""}) + ": " + error.message),
                     fmt::format("  {}, not understood: ", which), width);
  }
  if (parts > 0)
    out += fmt::format("  {}: {} that {} no rules (listed in --format json)\n", which, count_of(parts, "part"),
                       parts == 1 ? "is" : "are");
  return out;
}

}  // namespace

std::string render_diff_text(const DiffReport& report, const TextStyle& style) {
  constexpr std::size_t kNarrowest = 60;
  const std::size_t width = std::max(style.width, kNarrowest);
  const Paint paint{style.color};
  std::string out;
  for (const policy::NsgDiff& diff : report.nsgs)
    if (!diff.is_equivalent()) out += PairText{report, diff, paint, width}.render();
  out += paths_text(report, paint, width);
  const std::string aside = left_aside(report.before, "old", width) + left_aside(report.after, "new", width);
  if (!aside.empty()) out += paint(Tone::Head, "Skipped") + '\n' + aside;
  return out + paint(is_equivalent(report) ? Tone::Good : Tone::Plain, wrapped(verdict_line(report), "", width));
}

}  // namespace nsgcheck::io
