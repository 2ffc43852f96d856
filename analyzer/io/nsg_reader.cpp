// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <fmt/format.h>

#include "analyzer/io/rule_members.hpp"
#include "analyzer/io/rule_reader.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using model::FaultKind;
using model::Nsg;
using model::SecurityRule;

/// A member of an NSG under any of its names, inside `properties` before beside it; of duplicates the last.
struct NsgMember {
  const Node* value{};
  bool contradicted{};
};

template <std::size_t N>
NsgMember member_in(const Node& object, const std::array<std::string_view, N>& names) {
  NsgMember found;
  for (const auto& [key, value] : object.members()) {
    for (const std::string_view name : names) {
      if (!net::same_word(key, name)) continue;
      found.contradicted = found.contradicted || (found.value != nullptr && !same_value(*found.value, value));
      found.value = &value;
    }
  }
  return found;
}

template <std::size_t N>
NsgMember find_member(const Node& nsg, const std::array<std::string_view, N>& names) {
  if (const Node* properties = nsg.find("properties")) {
    const NsgMember inner = member_in(*properties, names);
    if (inner.value != nullptr) return inner;
  }
  return member_in(nsg, names);
}

constexpr std::array<std::string_view, 2> kRules{"securityRules", "security_rule"};
constexpr std::array<std::string_view, 1> kDefaultRules{"defaultSecurityRules"};
constexpr std::array<std::string_view, 1> kResourceGuid{"resourceGuid"};
constexpr std::array<std::string_view, 1> kSubnets{"subnets"};
constexpr std::array<std::string_view, 1> kInterfaces{"networkInterfaces"};
constexpr std::array<std::string_view, 2> kIds{"id", "resourceId"};
constexpr std::array<std::string_view, 2> kNames{"name", "resourceName"};

std::string text_of(const Node* node) { return node == nullptr ? std::string{} : node->text; }

/// The ids, else the names, of a list of references.
std::vector<std::string> references(const NsgMember& member) {
  std::vector<std::string> out;
  if (member.value == nullptr) return out;
  for (const Node& each : member.value->items()) {
    const Node* id = each.is(Node::Kind::Object) ? member_in(each, kIds).value : &each;
    std::string text = text_of(id);
    if (text.empty() && each.is(Node::Kind::Object)) text = text_of(member_in(each, kNames).value);
    if (!text.empty()) out.push_back(std::move(text));
  }
  return out;
}

/// Everything that stands where the list of rules belongs. What is no list becomes a gap: it may hold any rule.
void add_rules(const NsgMember& member, model::Origin origin, Nsg& nsg) {
  if (member.value == nullptr || member.value->is(Node::Kind::Null)) return;
  const Node& node = *member.value;
  if (member.contradicted) {
    nsg.faults.push_back({FaultKind::DuplicateKey, node.span, "the list of rules stands in the group more than once"});
    nsg.rules.push_back(gap_rule("", node.span, Reason::InvalidRule, ""));
  } else if (node.is(Node::Kind::Array)) {
    node.unfold_whole();
    constexpr std::size_t kDefaults = 6;
    nsg.rules.reserve(nsg.rules.size() + node.items().size() + kDefaults);
    for (const Node& each : node.items()) {
      SecurityRule rule = read_rule(each);
      if (rule.origin == model::Origin::User) rule.origin = origin;
      nsg.rules.push_back(std::move(rule));
    }
  } else if (node.is(Node::Kind::Unknown)) {
    for (const Node& each : node.items()) nsg.rules.push_back(read_rule(each));
    nsg.rules.push_back(gap_rule("", node.span, Reason::UnresolvedExpression, node.text));
  } else if (looks_like_rule(node)) {
    nsg.rules.push_back(read_rule(node));
    nsg.rules.back().origin = origin;
  } else {
    nsg.faults.push_back({FaultKind::WrongType, node.span, "no list where the list of rules belongs"});
    nsg.rules.push_back(gap_rule("", node.span, Reason::InvalidRule, node.text));
  }
}

std::string name_in_id(std::string_view id) { return std::string{id.substr(id.find_last_of('/') + 1)}; }

}  // namespace

Nsg read_nsg(const Node& node, std::string_view fallback_name) {
  Nsg nsg;
  nsg.span = node.span;
  const std::string id = text_of(member_in(node, kIds).value);
  if (!id.empty()) nsg.id = id;
  nsg.name = text_of(member_in(node, kNames).value);
  if (nsg.name.empty()) nsg.name = name_in_id(id);
  if (nsg.name.empty()) nsg.name = fallback_name;
  const Node* properties = node.find("properties");
  if (node.is(Node::Kind::Unknown) || (properties != nullptr && properties->is(Node::Kind::Unknown))) {
    const Node& unknown = properties == nullptr ? node : *properties;
    nsg.rules.push_back(gap_rule("", unknown.span, Reason::UnresolvedExpression, unknown.text));
    return nsg;
  }
  add_rules(find_member(node, kRules), model::Origin::User, nsg);
  add_rules(find_member(node, kDefaultRules), model::Origin::Default, nsg);
  nsg.resource_guid = text_of(find_member(node, kResourceGuid).value);
  nsg.subnets = references(find_member(node, kSubnets));
  nsg.nics = references(find_member(node, kInterfaces));
  return nsg;
}

}  // namespace nsgcheck::io
