// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/collector.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/rule_members.hpp"
#include "analyzer/io/rule_reader.hpp"
#include "analyzer/io/security_admin.hpp"
#include "analyzer/io/threads.hpp"
#include "analyzer/io/topology_reader.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::string_view kNsgType = "Microsoft.Network/networkSecurityGroups";
constexpr std::string_view kRuleType = "Microsoft.Network/networkSecurityGroups/securityRules";
constexpr std::string_view kDefaultRuleType = "Microsoft.Network/networkSecurityGroups/defaultSecurityRules";

bool has_rule_list(const Node& node) {
  for (const std::string_view name : {"securityRules", "defaultSecurityRules", "security_rule"}) {
    if (node.find(name) != nullptr || node.at({"properties", name}) != nullptr) return true;
  }
  return false;
}

model::ResourceHandle handle_of(const Node& node) {
  model::ResourceHandle handle;
  handle.id = text_of(node, "id");
  handle.name = model::names_in_id(handle.id);
  if (handle.name.empty()) handle.name = text_of(node, "name");
  return handle;
}

}  // namespace

std::string_view text_of(const Node& node, std::string_view member) {
  const Node* found = node.find(member);
  return found == nullptr ? std::string_view{} : std::string_view{found->text};
}

const Node* list_of(const Node& node, std::string_view member) {
  const Node* found = node.find(member);
  return found != nullptr && found->is(Node::Kind::Array) ? found : nullptr;
}

bool has_exactly(const Node& node, std::string_view member) {
  return std::any_of(node.members().begin(), node.members().end(),
                     [&](const auto& each) { return each.first == member; });
}

bool looks_like_nsg(const Node& node) {
  if (!node.is(Node::Kind::Object)) return false;
  const std::string_view type = text_of(node, "type");
  return type.empty() ? has_rule_list(node) : net::same_word(type, kNsgType);
}

std::string_view nsg_in_id(std::string_view id) {
  constexpr std::string_view kMark = "/networksecuritygroups/";
  const std::size_t mark = net::lower(id).find(kMark);
  if (mark == std::string::npos) return {};
  const std::string_view rest = id.substr(mark + kMark.size());
  return rest.substr(0, rest.find('/'));
}

std::string fallback_name(const Document& document) {
  constexpr std::string_view kExtension = ".json";
  std::string_view name = document.file;
  name = name.substr(name.find_last_of("/\\") + 1);
  const bool has_extension =
      name.size() > kExtension.size() && net::same_word(name.substr(name.size() - kExtension.size()), kExtension);
  if (has_extension) name.remove_suffix(kExtension.size());
  return name == "-" ? "stdin" : std::string{name};
}

Diagnostic diagnostic_at(const Document& document, SourceSpan span, std::string message) {
  return {document.file, position_of(document, span), std::move(message)};
}

Collector::Collector(const Document& document) : document_{document}, fallback_{fallback_name(document)} {}

void Collector::skip(SourceSpan span, std::string what) { source_.skipped.push_back({span, std::move(what)}); }

void Collector::error(SourceSpan span, std::string message) {
  source_.errors.push_back(diagnostic_at(document_, span, std::move(message)));
}

void Collector::add_nsg(model::Nsg nsg) { source_.nsgs.push_back(std::move(nsg)); }

void Collector::add_source(RuleSource source) {
  const auto move_all = [](auto& from, auto& to) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  move_all(source.nsgs, source_.nsgs);
  move_all(source.admin_rules, source_.admin_rules);
  move_all(source.cloud_services, source_.cloud_services);
  move_all(source.skipped, source_.skipped);
  move_all(source.errors, source_.errors);
  source_.topology.append(std::move(source.topology));
}

void Collector::add_rule(model::SecurityRule rule, std::string_view nsg_name, std::optional<std::string> nsg_id) {
  const std::string name{nsg_name.empty() ? std::string_view{fallback_} : nsg_name};
  // Two groups of one name in different resource groups are two.
  const auto [place, is_new] = by_name_.emplace(net::lower(nsg_id.value_or(name)), source_.nsgs.size());
  if (is_new) {
    model::Nsg nsg;
    nsg.name = name;
    nsg.id = std::move(nsg_id);
    nsg.span = rule.span;
    source_.nsgs.push_back(std::move(nsg));
  }
  source_.nsgs[place->second].rules.push_back(std::move(rule));
}

void Collector::add(const Node& node) {
  if (node.is(Node::Kind::Array)) {
    add_list(node);
  } else if (node.is(Node::Kind::Object)) {
    add_object(node);
  } else {
    error(node.span, fmt::format("{} where a network security group or a rule belongs",
                                 node.text.empty() ? "a value" : "'" + node.text + "'"));
  }
}

std::vector<std::optional<model::Nsg>> Collector::read_groups(const std::vector<Node>& items) const {
  if (threads() < 2 || items.size() < 2 || !looks_like_nsg(items.front())) return {};
  std::vector<std::optional<model::Nsg>> groups(items.size());
  for_each_index(items.size(), threads(), [&](std::size_t i) {
    if (looks_like_nsg(items[i])) groups[i] = read_group(items[i]);
    items[i].fold();
  });
  return groups;
}

void Collector::add_list(const Node& list) {
  const std::vector<Node>& items = list.items();
  std::vector<std::optional<model::Nsg>> groups = read_groups(items);
  groups.resize(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (groups[i])
      add_nsg(*std::move(groups[i]));
    else
      add(items[i]);
    items[i].fold();
  }
}

model::Nsg Collector::read_group(const Node& node) const {
  node.unfold_whole();
  model::Nsg nsg = read_nsg(node, fallback_);
  // A query may leave the rules out; that they are not shown does not mean that there are none.
  if (!has_rule_list(node) && node.find("properties") == nullptr)
    nsg.rules.push_back(gap_rule("", node.span, Reason::InvalidRule, "the rules are not in the input"));
  return nsg;
}

void Collector::add_object(const Node& node) {
  const std::string_view type = text_of(node, "type");
  const bool is_rule = net::same_word(type, kRuleType) || net::same_word(type, kDefaultRuleType);
  const bool is_untyped_rule = type.empty() && looks_like_rule(node) && !is_security_admin_rule(node);
  if (looks_like_nsg(node)) {
    add_nsg(read_group(node));
  } else if (is_rule || is_untyped_rule) {
    add_lone_rule(node);
  } else if (is_security_admin_rule(node)) {
    add_admin_rule(read_security_admin_rule(node));
  } else if (const Node* created = node.find("NewNSG")) {
    add(*created);
  } else if (const Node* list = list_of(node, "value")) {
    add_list(*list);
    if (!text_of(node, "nextLink").empty()) {
      error(node.find("nextLink")->span, "nextLink: the list goes on in a further page that is not in this file");
      miss_rest_of_lone_rules();
    }
  } else if (!type.empty()) {
    // It may say where groups stand, but holds no rules.
    read_topology_resource(type, handle_of(node), node, false, source_.topology);
    skip(node.span, fmt::format("resource of type {}", type));
  } else {
    error(node.span, "an object that is neither a network security group nor a rule");
  }
}

void Collector::add_lone_rule(const Node& node) {
  node.unfold_whole();
  model::SecurityRule rule = read_rule(node);
  const std::string_view id = text_of(node, "id");
  const std::string_view name = nsg_in_id(id);
  // A list of rules is all of them; one that is shown by itself has others beside it.
  if (&node == &document_.root) {
    skip(node.span, fmt::format("network security group \"{}\" is not part of the file: its other rules are not known",
                                name.empty() ? std::string_view{fallback_} : name));
    miss_rest_of_lone_rules();
  }
  if (net::same_word(text_of(node, "type"), kDefaultRuleType)) rule.origin = model::Origin::Default;
  if (name.empty()) {
    add_rule(std::move(rule), {}, std::nullopt);
  } else {
    const auto length = static_cast<std::size_t>(name.data() + name.size() - id.data());
    add_rule(std::move(rule), name, std::string{id.substr(0, length)});
  }
}

void Collector::add_admin_rule(model::AdminRule rule) {
  skip(rule.rule.span, note_of(rule));
  source_.admin_rules.push_back(std::move(rule));
}

void Collector::remove_rule(std::string_view name, std::string_view nsg_id) { removed_.emplace_back(name, nsg_id); }

void Collector::join_lone_rules() {
  std::set<std::size_t> lone;
  for (const auto& [key, place] : by_name_) lone.insert(place);
  std::unordered_map<std::string, std::size_t> whole;  // by id
  for (std::size_t i = 0; i < source_.nsgs.size(); ++i)
    if (source_.nsgs[i].id && lone.count(i) == 0) whole.emplace(net::lower(*source_.nsgs[i].id), i);
  const auto drop = [](model::Nsg& nsg, std::string_view name) {
    std::erase_if(nsg.rules, [&](const model::SecurityRule& rule) { return net::same_word(rule.name, name); });
  };
  for (const auto& [name, id] : removed_) {
    const auto found = whole.find(net::lower(id));
    if (found != whole.end()) drop(source_.nsgs[found->second], name);
  }
  std::vector<model::Nsg> kept;
  for (std::size_t i = 0; i < source_.nsgs.size(); ++i) {
    model::Nsg& nsg = source_.nsgs[i];
    const auto found = lone.count(i) != 0 && nsg.id ? whole.find(net::lower(*nsg.id)) : whole.end();
    if (found == whole.end()) {
      if (rest_missing_ && lone.count(i) != 0) miss_rest(nsg);
      continue;
    }
    for (model::SecurityRule& rule : nsg.rules) {
      drop(source_.nsgs[found->second], rule.name);
      source_.nsgs[found->second].rules.push_back(std::move(rule));
    }
    nsg.rules.clear();
  }
  for (std::size_t i = 0; i < source_.nsgs.size(); ++i)
    if (lone.count(i) == 0 || !source_.nsgs[i].rules.empty()) kept.push_back(std::move(source_.nsgs[i]));
  source_.nsgs = std::move(kept);
}

RuleSource Collector::take() {
  if (!by_name_.empty() || !removed_.empty()) join_lone_rules();
  return std::move(source_);
}

}  // namespace nsgcheck::io
