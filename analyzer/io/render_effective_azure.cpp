// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_effective.hpp"

namespace nsgcheck::io {
namespace {

using policy::EffectiveRules;
using policy::EffectiveStage;

constexpr std::string_view kAny = "0.0.0.0/0";

std::string protocol_of(const model::SecurityRule& rule) {
  if (!rule.protocol.value) return rule.protocol.text;
  const net::ProtocolSet& set = *rule.protocol.value;
  const std::pair<net::ProtocolSet, std::string_view> known[]{
      {net::all_protocols(), "All"},           {net::protocol_set({net::kTcp}), "Tcp"},
      {net::protocol_set({net::kUdp}), "Udp"}, {net::protocol_set({net::kIcmp, net::kIcmpV6}), "Icmp"},
      {net::protocol_set({net::kEsp}), "Esp"}, {net::protocol_set({net::kAh}), "Ah"}};
  for (const auto& [protocols, name] : known)
    if (protocols == set) return std::string{name};
  for (unsigned p = 0; p < set.size(); ++p)
    if (set[p]) return std::to_string(p);
  return "";
}

Json ranges_of(const std::vector<model::PortItem>& items) {
  Json out = Json::array();
  for (const model::PortItem& item : items) {
    if (const auto* range = std::get_if<model::PortRange>(&item.value))
      out.push_back(fmt::format("{}-{}", range->low, range->high));
    else
      out.push_back(std::holds_alternative<model::AnyPort>(item.value) ? "0-65535" : item.text);
  }
  return out;
}

bool is_id(const std::string& group) { return group.find('/') != std::string::npos; }

void add_prefixes(Json& out, const net::AddressSet& set) {
  const bool all_v4 = set.v4.is_all() && set.v6.empty();
  if (all_v4) {
    out.push_back("0.0.0.0/1");
    out.push_back("128.0.0.0/1");
    return;
  }
  for (std::string& prefix : net::to_strings(set)) out.push_back(std::move(prefix));
}

/// One side of a rule as Azure lists it.
struct Side {
  Json prefixes = Json::array();
  Json groups = Json::array();    ///< ASGs left by name
  Json expanded = Json(nullptr);  ///< what its tags stand for
};

Side side_of(const std::vector<model::AddressItem>& items, const EffectiveRules& rules, bool expand) {
  Side out;
  for (const model::AddressItem& item : items) {
    const auto addresses = expand ? policy::expanded(item, rules.network) : std::nullopt;
    if (std::holds_alternative<model::AnyAddress>(item.value)) {
      out.prefixes.push_back(kAny);
    } else if (const auto* block = std::get_if<model::Block>(&item.value)) {
      add_prefixes(out.prefixes, net::AddressSet::of(block->prefix));
    } else if (const auto* tag = std::get_if<model::ServiceTag>(&item.value)) {
      out.prefixes.push_back(tag->name);
      if (addresses) {
        if (out.expanded.is_null()) out.expanded = Json::array();
        add_prefixes(out.expanded, *addresses);
      }
    } else if (const auto* group = std::get_if<model::Asg>(&item.value)) {
      // Azure itself lists the members of a group in place of it.
      if (addresses)
        add_prefixes(out.prefixes, *addresses);
      else
        out.groups.push_back({{"id", is_id(group->name) ? group->name : "applicationSecurityGroups/" + group->name}});
    } else {
      out.prefixes.push_back(item.text);
    }
  }
  return out;
}

void add_side(Json& out, const Side& side, const std::string& name) {
  if (side.prefixes.size() == 1) out[name + "AddressPrefix"] = side.prefixes[0];
  out[name + "AddressPrefixes"] = side.prefixes;
  if (!side.groups.empty()) out[name + "ApplicationSecurityGroups"] = side.groups;
}

void add_ports(Json& out, const Json& ranges, const std::string& name) {
  if (ranges.size() == 1) out[name + "PortRange"] = ranges[0];
  out[name + "PortRanges"] = ranges;
}

Json rule_object(const EffectiveRules& rules, const EffectiveStage& stage, std::size_t i, bool expand) {
  const model::SecurityRule& rule = *stage.rules[i];
  const std::string_view kind = model::is_default(rule) ? "defaultSecurityRules/" : "securityRules/";
  const std::string access = rule.access.value ? std::string{model::name(*rule.access.value)} : rule.access.text;
  const Side source = side_of(rule.sources, rules, expand);
  const Side destination = side_of(rule.destinations, rules, expand);
  Json out{{"name", std::string{kind} + rule.name}, {"protocol", protocol_of(rule)}};
  add_ports(out, ranges_of(rule.source_ports), "source");
  add_ports(out, ranges_of(rule.destination_ports), "destination");
  add_side(out, source, "source");
  add_side(out, destination, "destination");
  if (expand) {
    out["expandedSourceAddressPrefix"] = source.expanded;
    out["expandedDestinationAddressPrefix"] = destination.expanded;
  }
  out["access"] = stage.always_allow[i] ? "AlwaysAllow" : access;
  out["priority"] = rule.priority.value ? Json(*rule.priority.value) : Json(rule.priority.text);
  out["direction"] = stage.direction == net::Direction::Inbound ? "Inbound" : "Outbound";
  return out;
}

Json association_of(const EffectiveRules& rules, const EffectiveStage& stage) {
  const auto with_id = [](std::string_view key, const std::string& id) { return Json{{key, {{"id", id}}}}; };
  if (stage.nsg == nullptr) return with_id("networkManager", "adminRules");
  if (stage.applied_to == "subnet") return with_id("subnet", "subnets/" + rules.subnet->name);
  return with_id("networkInterface", "networkInterfaces/" + rules.instance->name);
}

}  // namespace

std::string render_effective_azure(const EffectiveReport& report) {
  const EffectiveRules& rules = report.instances.front();
  // Both directions of a list are one group.
  std::map<std::pair<const model::Nsg*, std::string_view>, std::size_t> index;
  Json groups = Json::array();
  for (const EffectiveStage& stage : rules.stages) {
    // Azure lists what the virtual network filters; the service has filters of its own.
    if (stage.kind == policy::StageKind::EndpointAcl || stage.kind == policy::StageKind::TrafficRules) continue;
    const auto [at, is_new] = index.emplace(std::pair{stage.nsg, stage.applied_to}, groups.size());
    if (is_new) {
      Json group = Json::object();
      if (stage.nsg != nullptr)
        group["networkSecurityGroup"] = {{"id", stage.nsg->id.value_or("/networkSecurityGroups/" + stage.nsg->name)}};
      group["association"] = association_of(rules, stage);
      group["effectiveSecurityRules"] = Json::array();
      groups.push_back(std::move(group));
    }
    Json& list = groups[at->second]["effectiveSecurityRules"];
    for (std::size_t i = 0; i < stage.rules.size(); ++i) {
      // A rule of unknown direction is in both, once.
      const bool again = !stage.rules[i]->direction.value && stage.direction == net::Direction::Outbound;
      if (!again) list.push_back(rule_object(rules, stage, i, report.expand_tags));
    }
  }
  return dump({{"value", std::move(groups)}}, 2);
}

}  // namespace nsgcheck::io
