// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/render_diff.hpp"
#include "analyzer/io/render_impact.hpp"
#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"

namespace nsgcheck::io {
namespace {

using policy::Conversation;
using policy::Effect;

// Conversations of one pair of rules that text shows; the rest is counted. Likewise pairs of rules, and unused rules.
constexpr std::size_t kMostImpactLines = 12;
constexpr std::size_t kMostImpactGroups = 40;
constexpr std::size_t kMostRules = 60;
constexpr std::size_t kNarrowestTable = 60;

/// Conversations that the same two rules decide; the first stands for their place in the order.
using Group = std::vector<const Conversation*>;

std::vector<Group> traffic_groups(const std::vector<Conversation>& conversations) {
  std::vector<Group> out;
  for (const Conversation& one : conversations) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const Group& group) {
      const Conversation& first = *group.front();
      return first.pair == one.pair && first.direction == one.direction && first.effect == one.effect &&
             first.before == one.before && first.after == one.after;
    });
    if (same == out.end())
      out.push_back({&one});
    else
      same->push_back(&one);
  }
  return out;
}

std::string_view effect_words(Effect effect) {
  switch (effect) {
    case Effect::Breaks:
      return "would break";
    case Effect::Opens:
      return "would newly open";
    case Effect::MayBreak:
      return "may break";
    case Effect::MayOpen:
      return "may newly open";
    case Effect::Unsettled:
      return "cannot be told";
    case Effect::Unaffected:
      break;
  }
  return "fares alike";
}

Tone effect_tone(Effect effect) {
  return effect == Effect::Breaks || effect == Effect::Opens ? Tone::Bad : Tone::Warning;
}

class ImpactText {
 public:
  ImpactText(const ImpactReport& report, const TextStyle& style)
      : report_{report}, paint_{style.color}, width_{std::max(style.width, kNarrowestTable)} {}

  std::string render() {
    const std::vector<Group> groups = traffic_groups(report_.result.affected);
    for (std::size_t i = 0; i < std::min(groups.size(), kMostImpactGroups); ++i) add(groups[i]);
    if (groups.size() > kMostImpactGroups)
      out_ += fmt::format("and {} more pairs of rules (all are in --format json)\n", groups.size() - kMostImpactGroups);
    add_unused();
    add_notes();
    out_ += paint_(has_impact(report_) || report_.incomplete || report_.result.flows == 0 ? Tone::Plain : Tone::Good,
                   wrapped(printable(verdict_line(report_)), "", width_));
    return std::move(out_);
  }

 private:
  void add(const Group& group) {
    const Conversation& first = *group.front();
    const policy::NsgPair& pair = report_.pairs[first.pair];
    out_ += paint_(effect_tone(first.effect), std::string{effect_words(first.effect)}) + ' ' +
            paint_(Tone::Head,
                   fmt::format("{} {}", clipped(printable(pair_name(pair)), 200), model::name(first.direction))) +
            '\n';
    out_ += wrapped(printable(fmt::format("{} -> {}", side_words(report_.before, pair.before, first.before),
                                          side_words(report_.after, pair.after, first.after))),
                    "  ", width_);
    for (std::size_t i = 0; i < std::min(group.size(), kMostImpactLines); ++i)
      out_ += fmt::format("    {}  {}\n", conversation_words(*group[i]), times_words(*group[i]));
    if (group.size() > kMostImpactLines)
      out_ += fmt::format("    and {} more (all are in --format json)\n", group.size() - kMostImpactLines);
  }

  void add_unused() {
    const auto unused = unused_rules(report_);
    if (unused.empty()) return;
    out_ += paint_(Tone::Head, fmt::format("no traffic used {} of OLD", count_of(unused.size(), "rule"))) +
            fmt::format(", {} (evidence, not proof)\n", span_words(report_.result.window));
    std::size_t shown = 0;
    for (const policy::RuleUse& use : unused) {
      if (++shown > kMostRules) {
        out_ += fmt::format("  and {} more (all are in --format json)\n", unused.size() - kMostRules);
        break;
      }
      const model::Nsg* nsg = report_.pairs[use.pair].before;
      const std::string where = report_.pairs.size() > 1 ? pair_name(report_.pairs[use.pair]) + ": " : "";
      out_ += wrapped(printable(fmt::format("{}{}{}", where, rule_words(report_.before, nsg, use.rule),
                                            use.gone ? ", gone in NEW" : "")),
                      "  ", width_);
    }
  }

  void add_notes() {
    std::vector<std::string> notes = report_.notes;
    for (std::string& sentence : unseen_words(report_)) notes.push_back(std::move(sentence));
    if (!notes.empty()) out_ += paint_(Tone::Head, "Notes") + '\n';
    for (const std::string& note : notes) out_ += wrapped(printable(note), "  ", width_);
  }

  const ImpactReport& report_;
  Paint paint_;
  std::size_t width_;
  std::string out_;
};

}  // namespace

std::string render_impact_text(const ImpactReport& report, const TextStyle& style) {
  return ImpactText{report, style}.render();
}

}  // namespace nsgcheck::io
