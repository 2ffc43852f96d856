// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_simplify.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/rule_json.hpp"
#include "analyzer/policy/naming.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

using engine::OriginIndex;

constexpr std::size_t kMostCauses = 4;

template <class Item>
std::string side_text(const std::vector<Item>& items) {
  std::vector<std::string> texts;
  // What a tag stands for has its name in each entry.
  for (const Item& item : items)
    if (texts.empty() || texts.back() != item.text) texts.push_back(item.text);
  return shortened(texts, 8);
}

std::size_t user_rules(const model::Nsg& nsg) {
  return model::count_user_rules(nsg, net::Direction::Inbound) + model::count_user_rules(nsg, net::Direction::Outbound);
}

std::string why_removed(const model::Nsg& nsg, const engine::RemovedRule& removed) {
  if (removed.causes.empty()) return "matches nothing";
  std::vector<std::string> labels;
  for (const OriginIndex cause : removed.causes) labels.push_back(policy::rule_label(nsg.rules[cause]));
  const std::string who = policy::enumerate(labels, kMostCauses);
  if (removed.decided_nothing) return "decides nothing: " + who + (labels.size() == 1 ? " comes" : " come") + " first";
  return "not needed: what it matches fares the same by " + who;
}

/// The rules as they are afterwards, by index before; null for those that are gone.
const model::SecurityRule* rule_after(const NsgSimplified& entry, OriginIndex rule) {
  for (const model::RuleChange& change : entry.result.changes)
    if (const auto* replace = std::get_if<model::ReplaceRule>(&change); replace != nullptr && replace->rule == rule)
      return &replace->to;
  return &entry.nsg->rules[rule];
}

/// Writes one NSG.
class NsgText {
 public:
  NsgText(const SimplifyReport& report, const NsgSimplified& entry, const Paint& paint, std::size_t width)
      : report_{report}, entry_{entry}, nsg_{*entry.nsg}, paint_{paint}, width_{width} {}

  [[nodiscard]] std::string render() const {
    const std::size_t rules = user_rules(nsg_);
    std::string out = paint_(Tone::Head, printable(nsg_.name)) + "  " +
                      printable(to_string(place_of(report_.places, nsg_.span))) + "  " + count_of(rules, "rule");
    const std::size_t less = saved(entry_.result);
    out += less == 0 ? ", none can go\n" : fmt::format(", {} can go\n", less);
    for (const engine::RemovedRule& removed : entry_.result.removed)
      out += line("  remove  ", removed.rule, why_removed(nsg_, removed));
    for (const engine::MergedRule& merged : entry_.result.merged)
      out += line("  merge   ", merged.rule, "into " + policy::rule_label(nsg_.rules[merged.into]));
    out += merged_rules();
    for (const engine::UnsettledRule& left : entry_.result.unsettled)
      out += line("  left    ", left.rule, fmt::format("not known what it does ({})", model::code(left.reason)));
    for (const OriginIndex rule : entry_.result.undecided)
      out += line("  left    ", rule, "not decided: the work budget ran out");
    for (const net::Direction direction : entry_.result.unproven)
      out += wrapped(fmt::format("{} rules are left as they are: that fewer mean the same could not be proven",
                                 model::name(direction)),
                     "  ", width_);
    return out + patch();
  }

 private:
  [[nodiscard]] std::string line(std::string_view head, OriginIndex rule, const std::string& why) const {
    const auto at = line_of(report_.places, nsg_.rules[rule].span);
    const std::string place = at ? fmt::format(", line {}", *at) : "";
    return wrapped(printable(policy::rule_label(nsg_.rules[rule]) + place + ": " + why), head, width_);
  }

  [[nodiscard]] std::string merged_rules() const {
    std::string out;
    for (const model::RuleChange& change : entry_.result.changes)
      if (const auto* replace = std::get_if<model::ReplaceRule>(&change))
        out += wrapped(printable(policy::rule_label(replace->to) + ": " + rule_values_text(replace->to)), "  now     ",
                       width_);
    return out;
  }

  [[nodiscard]] std::string patch() const {
    if (saved(entry_.result) == 0) return {};
    if (!entry_.why_not_patched.empty())
      return wrapped(printable("Its file is not changed: " + entry_.why_not_patched + ". The rules that are enough:"),
                     "  ", width_) +
             rules_left();
    if (!report_.with_patch) return {};
    return patch_text(entry_.patch, paint_);
  }

  [[nodiscard]] std::string rules_left() const {
    std::string out;
    for (OriginIndex rule = 0; rule < nsg_.rules.size(); ++rule) {
      const bool is_gone = std::any_of(entry_.result.changes.begin(), entry_.result.changes.end(), [&](const auto& c) {
        const auto* remove = std::get_if<model::RemoveRule>(&c);
        return remove != nullptr && remove->rule == rule;
      });
      const model::SecurityRule& after = *rule_after(entry_, rule);
      if (is_gone || model::is_default(after)) continue;
      const std::string direction = after.direction.value ? std::string{model::name(*after.direction.value)} : "?";
      out += wrapped(printable(fmt::format("{} {} {}", direction, after.access.text, rule_values_text(after))),
                     printable(fmt::format("    {}: ", policy::rule_label(after))), width_);
    }
    return out.empty() ? "    none but Azure's own\n" : out;
  }

  const SimplifyReport& report_;
  const NsgSimplified& entry_;
  const model::Nsg& nsg_;
  const Paint& paint_;
  std::size_t width_;
};

Json causes_json(const SimplifyReport& report, const model::Nsg& nsg, const std::vector<OriginIndex>& rules) {
  Json out = Json::array();
  for (const OriginIndex rule : rules) out.push_back(rule_json(report.places, nsg.rules[rule]));
  return out;
}

Json nsg_json(const SimplifyReport& report, const NsgSimplified& entry) {
  const model::Nsg& nsg = *entry.nsg;
  const auto rule_of = [&](OriginIndex rule) { return rule_json(report.places, nsg.rules[rule]); };
  Json removed = Json::array();
  for (const engine::RemovedRule& one : entry.result.removed)
    removed.push_back({{"rule", rule_of(one.rule)},
                       {"decidesNothing", one.decided_nothing},
                       {"because", causes_json(report, nsg, one.causes)},
                       {"message", why_removed(nsg, one)}});
  Json merged = Json::array();
  for (const engine::MergedRule& one : entry.result.merged)
    merged.push_back({{"rule", rule_of(one.rule)}, {"into", rule_of(one.into)}});
  Json changed = Json::array();
  for (const model::RuleChange& change : entry.result.changes)
    if (const auto* replace = std::get_if<model::ReplaceRule>(&change))
      changed.push_back(arm_rule_json(replace->to, true));
  Json left = Json::array();
  for (const engine::UnsettledRule& one : entry.result.unsettled)
    left.push_back({{"rule", rule_of(one.rule)}, {"reason", model::code(one.reason)}});
  for (const OriginIndex rule : entry.result.undecided)
    left.push_back({{"rule", rule_of(rule)}, {"reason", model::code(model::Reason::BudgetExceeded)}});
  Json unproven = Json::array();
  for (const net::Direction direction : entry.result.unproven) unproven.push_back(model::name(direction));
  const Place place = place_of(report.places, nsg.span);
  const std::size_t before = user_rules(nsg);
  const bool has_patch = entry.why_not_patched.empty() && !entry.patch.empty();
  return {{"name", nsg.name},
          {"id", or_null(nsg.id)},
          {"file", place.position ? Json(place.file) : Json(nullptr)},
          {"line", place.position ? Json(place.position->line) : Json(nullptr)},
          {"rules", {{"before", before}, {"after", before - saved(entry.result)}}},
          {"removed", std::move(removed)},
          {"merged", std::move(merged)},
          {"changed", std::move(changed)},
          {"leftAlone", std::move(left)},
          {"unproven", std::move(unproven)},
          {"patch", has_patch ? Json(entry.patch) : Json(nullptr)},
          {"whyNotPatched", entry.why_not_patched.empty() ? Json(nullptr) : Json(entry.why_not_patched)}};
}

}  // namespace

std::size_t saved(const engine::Simplification& result) { return result.removed.size() + result.merged.size(); }

std::string rule_values_text(const model::SecurityRule& rule) {
  const auto ports = [](const std::vector<model::PortItem>& items) {
    const bool any = items.size() == 1 && std::holds_alternative<model::AnyPort>(items.front().value);
    return any ? std::string{} : " port " + side_text(items);
  };
  return fmt::format("{} from {}{} to {}{}", rule.protocol.text, side_text(rule.sources), ports(rule.source_ports),
                     side_text(rule.destinations), ports(rule.destination_ports));
}

std::string render_simplify_text(const SimplifyReport& report, const TextStyle& style) {
  constexpr std::size_t kNarrowestList = 60;
  const std::size_t width = std::max(style.width, kNarrowestList);
  const Paint paint{style.color};
  std::string out;
  std::size_t before = 0;
  std::size_t less = 0;
  bool proven = true;
  for (const NsgSimplified& entry : report.nsgs) {
    before += user_rules(*entry.nsg);
    less += saved(entry.result);
    proven = proven && entry.result.unproven.empty();
    out += NsgText{report, entry, paint, width}.render();
  }
  const std::string assumed =
      report.places.assumptions.empty() ? "" : " (assumed: " + report.places.assumptions.front().code + ')';
  if (less == 0)
    return out + paint(Tone::Good, wrapped("nothing to simplify: every rule is needed, as far as can be told" + assumed,
                                           "", width));
  return out + wrapped(fmt::format("{} of {} can go; proven: exactly the same traffic passes without them{}", less,
                                   count_of(before, "rule"), assumed),
                       "", width);
}

std::string render_simplify_json(const SimplifyReport& report) {
  Json nsgs = Json::array();
  std::size_t before = 0;
  std::size_t less = 0;
  for (const NsgSimplified& entry : report.nsgs) {
    nsgs.push_back(nsg_json(report, entry));
    before += user_rules(*entry.nsg);
    less += saved(entry.result);
  }
  Json inputs = Json::array();
  for (const InputReport& input : report.places.inputs) inputs.push_back(input_json(report.places, input));
  Json assumptions = Json::array();
  for (const policy::Assumption& one : report.places.assumptions)
    assumptions.push_back({{"code", one.code}, {"text", one.text}});
  return dump({{"schema", "nsgcheck.simplify/1"},
               {"inputs", std::move(inputs)},
               {"nsgs", std::move(nsgs)},
               {"assumptions", std::move(assumptions)},
               {"summary", {{"rules", before}, {"canGo", less}}}},
              2);
}

}  // namespace nsgcheck::io
