// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_effective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using policy::EffectiveRules;
using policy::EffectiveStage;
using policy::StageKind;

template <class Item>
std::vector<std::string> texts(const std::vector<Item>& items) {
  std::vector<std::string> out;
  // What a tag stands for has its name in each entry.
  for (const Item& item : items)
    if (out.empty() || out.back() != item.text) out.push_back(item.text);
  return out;
}

std::string access_of(const EffectiveStage& stage, std::size_t i) {
  const model::SecurityRule& rule = *stage.rules[i];
  if (stage.always_allow[i]) return "AlwaysAllow";
  return rule.access.value ? std::string{model::name(*rule.access.value)} : rule.access.text;
}

std::vector<std::string> addresses_of(const model::Instance& instance) {
  std::vector<std::string> out;
  for (const net::IpAddress& address : instance.addresses) out.push_back(net::to_string(address));
  return out;
}

/// What the tags and groups of the rules stand for, by name; null: no data.
Json expansions(const EffectiveRules& rules) {
  std::map<std::string, Json> known;
  for (const EffectiveStage& stage : rules.stages)
    for (const model::SecurityRule* rule : stage.rules)
      for (const auto* side : {&rule->sources, &rule->destinations})
        for (const model::AddressItem& item : *side) {
          const auto* tag = std::get_if<model::ServiceTag>(&item.value);
          const auto* group = std::get_if<model::Asg>(&item.value);
          if (tag == nullptr && group == nullptr) continue;
          const auto addresses = policy::expanded(item, rules.network);
          known[tag != nullptr ? tag->name : group->name] =
              addresses ? Json(net::to_strings(*addresses)) : Json(nullptr);
        }
  Json out = Json::object();
  for (auto& [name, addresses] : known) out[name] = std::move(addresses);
  return out;
}

Json rule_object(const EffectiveReport& report, const EffectiveStage& stage, std::size_t i) {
  const model::SecurityRule& rule = *stage.rules[i];
  const Place place = place_of(*report.places, rule.span);
  Json out{{"name", rule.name},
           {"priority", or_null(rule.priority.value)},
           {"access", access_of(stage, i)},
           {"protocol", rule.protocol.value ? Json(policy::protocol_names(*rule.protocol.value)) : Json(nullptr)},
           {"sources", texts(rule.sources)},
           {"sourcePorts", texts(rule.source_ports)},
           {"destinations", texts(rule.destinations)},
           {"destinationPorts", texts(rule.destination_ports)},
           {"file", place.position ? Json(place.file) : Json(nullptr)},
           {"line", place.position ? Json(place.position->line) : Json(nullptr)}};
  if (model::is_default(rule)) out["default"] = true;
  if (const auto reason = policy::unsettled(rule)) out["unsettled"] = model::code(*reason);
  return out;
}

Json stage_object(const EffectiveReport& report, const EffectiveStage& stage) {
  Json rules = Json::array();
  for (std::size_t i = 0; i < stage.rules.size(); ++i) rules.push_back(rule_object(report, stage, i));
  return {{"appliedTo", stage.applied_to},
          {"nsg", stage.nsg != nullptr ? Json(stage.nsg->name) : Json(nullptr)},
          {"direction", model::name(stage.direction)},
          {"rules", std::move(rules)}};
}

// Ports that are any go without saying.
std::string side_text(const std::vector<std::string>& addresses, const std::vector<std::string>& ports, bool ported) {
  std::string out = addresses.empty() ? "?" : shortened(addresses, 3);
  if (ported && ports != std::vector<std::string>{"*"}) out += " port " + (ports.empty() ? "?" : shortened(ports, 6));
  return out;
}

std::string rule_line(const EffectiveStage& stage, std::size_t i, std::size_t width) {
  constexpr std::size_t kName = 29;  // the longest default rule
  const model::SecurityRule& rule = *stage.rules[i];
  const bool ported = !rule.protocol.value || (*rule.protocol.value & net::ported_protocols()).any();
  const std::string protocol =
      rule.protocol.value ? policy::enumerate(policy::protocol_names(*rule.protocol.value)) : rule.protocol.text;
  std::string text =
      fmt::format("{} from {} to {}", protocol, side_text(texts(rule.sources), texts(rule.source_ports), ported),
                  side_text(texts(rule.destinations), texts(rule.destination_ports), ported));
  if (const auto reason = policy::unsettled(rule)) text += fmt::format(" ({})", model::code(*reason));
  const std::string head =
      fmt::format("  {:>5} {} {}  ", rule.priority.value ? std::to_string(*rule.priority.value) : "?",
                  padded(net::lower(access_of(stage, i)), 5), padded(clipped(printable(rule.name), kName), kName));
  return wrapped(printable(text), head, width);
}

std::string instance_text(const EffectiveReport& report, const EffectiveRules& rules, const Paint& paint,
                          std::size_t width) {
  std::string out = paint(Tone::Head, printable(rules.instance->name)) + "  " +
                    policy::enumerate(addresses_of(*rules.instance)) +
                    (rules.subnet != nullptr ? ", subnet " + printable(rules.subnet->name) : std::string{}) + '\n';
  for (const EffectiveStage& stage : rules.stages) {
    out += fmt::format("\n{}  {}", model::name(stage.direction),
                       stage.nsg != nullptr
                           ? paint(Tone::Head, printable(stage.nsg->name)) + fmt::format(" ({})", stage.applied_to)
                           : paint(Tone::Head, "admin rules") + " (virtual network)");
    if (stage.nsg != nullptr) {
      const Place place = place_of(*report.places, stage.nsg->span);
      if (place.position) out += "  " + printable(to_string(place));
    }
    out += '\n';
    for (std::size_t i = 0; i < stage.rules.size(); ++i) out += rule_line(stage, i, width);
    if (stage.rules.empty()) out += "  no rule of this direction\n";
  }
  if (std::none_of(rules.stages.begin(), rules.stages.end(),
                   [](const auto& one) { return one.kind == StageKind::Nsg; }))
    out += "\nno NSG: " + std::string{model::assumption_text("no-nsg-here")} + '\n';
  if (!report.expand_tags) return out;
  out += '\n';
  const Json known = expansions(rules);
  for (const auto& [name, addresses] : known.items()) {
    const std::string text = addresses.is_null() ? "no data: not known which addresses"
                                                 : policy::enumerate(addresses.get<std::vector<std::string>>(), 200);
    out += wrapped(printable(text), fmt::format("{} = ", printable(name)), width);
  }
  return out;
}

}  // namespace

std::string render_effective_text(const EffectiveReport& report, const TextStyle& style) {
  const Paint paint{style.color};
  std::string out;
  for (const EffectiveRules& rules : report.instances)
    out += (out.empty() ? "" : "\n") + instance_text(report, rules, paint, style.width);
  for (const policy::Assumption& one : report.places->assumptions)
    out += '\n' + wrapped(printable(one.text), "assumed  ", style.width);
  return out;
}

std::string render_effective_json(const EffectiveReport& report) {
  Json instances = Json::array();
  for (const EffectiveRules& rules : report.instances) {
    Json stages = Json::array();
    for (const EffectiveStage& stage : rules.stages) stages.push_back(stage_object(report, stage));
    Json one{{"instance", rules.instance->name},
             {"role", rules.role->name},
             {"addresses", addresses_of(*rules.instance)},
             {"subnet", rules.subnet != nullptr ? Json(rules.subnet->name) : Json(nullptr)},
             {"stages", std::move(stages)}};
    if (report.expand_tags) one["tags"] = expansions(rules);
    instances.push_back(std::move(one));
  }
  Json assumptions = Json::array();
  for (const policy::Assumption& one : report.places->assumptions) assumptions.push_back(one.code);
  return dump({{"schema", "nsgcheck.effective/1"},
               {"instances", std::move(instances)},
               {"assumptions", std::move(assumptions)}},
              2);
}

}  // namespace nsgcheck::io
