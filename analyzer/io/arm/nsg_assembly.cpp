// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/nsg_assembly.hpp"

#include <algorithm>

#include "analyzer/io/arm/attachments.hpp"
#include "analyzer/io/rule_reader.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;
using model::Nsg;
using model::SecurityRule;

/// An NSG with what it takes to find it.
struct Entry {
  Nsg nsg;
  std::string name;  ///< as Resource::name
  std::size_t deployment{};
  Target target;
  bool rest_missing{};  ///< only rules of it are in the template
};

/// What people see of a name: an unresolved one as the expression that it is.
std::string shown(const std::string& name) {
  const bool whole = name.size() > 2 && name.front() == '{' && name.find('}') == name.size() - 1;
  return whole ? '[' + name.substr(1, name.size() - 2) + ']' : name;
}

/// The pass that made each rule of a list: of the property loop, else of what makes equal places, else of the NSG.
void label_rules(const Resource& resource, Nsg& nsg) {
  const Node* list = resource.node.at({"properties", "securityRules"});
  const bool listed = list != nullptr && list->items().size() <= nsg.rules.size();
  const std::size_t count = listed ? list->items().size() : 0;
  for (std::size_t i = 0; i < nsg.rules.size(); ++i) {
    SecurityRule& rule = nsg.rules[i];
    rule.iteration = resource.iteration;
    if (i >= count) continue;
    const auto same_place = std::count_if(list->items().begin(), list->items().end(),
                                          [&](const Node& item) { return item.span == rule.span; });
    if (resource.rules_from_loop || same_place > 1) rule.iteration = "securityRules[" + std::to_string(i) + ']';
  }
}

Nsg nsg_of(const Resource& resource) {
  Nsg nsg = read_nsg(resource.node, resource.name);
  nsg.name = shown(resource.name);
  nsg.iteration = resource.iteration;
  nsg.conditions = resource.conditions;
  label_rules(resource, nsg);
  return nsg;
}

class Assembly {
 public:
  explicit Assembly(Session& session) : session_{session} {}

  void add_nsg(const Resource& resource) {
    entries_.push_back({nsg_of(resource), resource.name, resource.deployment, resource.target});
  }

  /// Rules go to the groups that they surely belong to; see share_open() for the others.
  void add_rule(const Resource& resource) {
    const RuleName name = cut(resource.name);
    Entry* owner = find(name.group, resource.deployment, resource.target);
    if (owner == nullptr) owner = &add_part(name.group, resource);
    owner->nsg.rules.push_back(rule_of(resource, name.rule));
    if (owner->rest_missing) open_.push_back(&resource);
  }

  /// A rule without a group of its own in the template may belong to any that may have its name and place.
  void share_open() {
    for (const Resource* open : open_) {
      const RuleName name = cut(open->name);
      for (Entry& entry : entries_) {
        // The rest of a part may be any rule already.
        if (entry.rest_missing || means(entry, name.group, open->target) == Same::No) continue;
        if (!session_.spend_pass()) return;
        SecurityRule rule = rule_of(*open, name.rule);
        rule.may_be_absent = Reason::UnresolvedExpression;
        entry.nsg.rules.push_back(std::move(rule));
      }
    }
  }

  void attach(const Attachment& attachment) {
    Entry* found = find(attachment.nsg, attachment.deployment, attachment.target);
    if (found == nullptr) found = only_candidate(attachment);
    if (found == nullptr) return;
    auto& places = attachment.at == Attachment::At::Subnet ? found->nsg.subnets : found->nsg.nics;
    if (std::find(places.begin(), places.end(), attachment.place) == places.end()) places.push_back(attachment.place);
  }

  [[nodiscard]] std::vector<Nsg> take() {
    std::vector<Nsg> nsgs;
    for (Entry& entry : entries_) {
      if (!entry.target.is_outermost()) entry.nsg.id = nsg_id(entry.target, entry.name);
      if (entry.rest_missing) miss_rest(entry.nsg);
      nsgs.push_back(std::move(entry.nsg));
    }
    return nsgs;
  }

 private:
  struct RuleName {
    std::string group, rule;
  };

  static RuleName cut(const std::string& name) {
    const std::size_t slash = last_slash(name);
    if (slash != std::string::npos) return {name.substr(0, slash), name.substr(slash + 1)};
    // The slash is somewhere in what is not known, and with it the end of the group's name.
    const std::size_t open = name.rfind('}');
    return {open == std::string::npos ? std::string{} : name.substr(0, open + 1), name};
  }

  static Same means(const Entry& entry, const std::string& name, const Target& target) {
    return std::min(same_name(entry.name, name), same_target(entry.target, target));
  }

  /// The NSG that surely has that name and place: of the same template before others, nullptr when there is none.
  [[nodiscard]] Entry* find(const std::string& name, std::size_t deployment, const Target& target) {
    Entry* found = nullptr;
    for (Entry& entry : entries_) {
      if (means(entry, name, target) != Same::Yes) continue;
      if (entry.deployment == deployment) return &entry;
      if (found == nullptr) found = &entry;
    }
    return found;
  }

  /// The only NSG that may be meant; of several none is known to stand there.
  [[nodiscard]] Entry* only_candidate(const Attachment& attachment) {
    Entry* found = nullptr;
    for (Entry& entry : entries_) {
      const bool may_be = net::same_word(entry.name, attachment.nsg) &&
                          (!attachment.placed || same_target(entry.target, attachment.target) != Same::No);
      if (!may_be) continue;
      if (found != nullptr) return nullptr;
      found = &entry;
    }
    return found;
  }

  Entry& add_part(const std::string& name, const Resource& rule) {
    Entry entry{{}, name, rule.deployment, rule.target};
    entry.nsg.name = shown(name);
    entry.nsg.span = rule.span;
    const std::string& group = rule.target.group;
    session_.note(rule.span, "network security group \"" + entry.nsg.name + '"' +
                                 (group.empty() ? "" : " in resource group \"" + shown(group) + '"') +
                                 " is not part of the template: its other rules are not known");
    entry.rest_missing = true;
    entries_.push_back(std::move(entry));
    return entries_.back();
  }

  static SecurityRule rule_of(const Resource& resource, const std::string& name) {
    if (!resource.count_unknown.empty())
      return gap_rule(shown(name), resource.span, Reason::UnresolvedExpression, resource.count_unknown);
    Node node = resource.node;
    // The rule's own part of the name may be known where the group's is not.
    const bool known = name.find('{') == std::string::npos;
    for (auto& [key, value] : node.members()) {
      if (key != "name" || !known) continue;
      value.kind = Kind::String;
      value.text = name;
    }
    SecurityRule rule = read_rule(node);
    rule.iteration = resource.iteration;
    if (resource.may_be_absent) rule.may_be_absent = Reason::UnresolvedExpression;
    return rule;
  }

  Session& session_;
  std::vector<Entry> entries_;
  std::vector<const Resource*> open_;  ///< rules of parts
};

}  // namespace

std::vector<Nsg> assemble_nsgs(const std::vector<Resource>& resources, Session& session) {
  Assembly assembly{session};
  for (const Resource& resource : resources)
    if (resource.kind == ResourceKind::Nsg) assembly.add_nsg(resource);
  for (const Resource& resource : resources)
    if (resource.kind == ResourceKind::Rule) assembly.add_rule(resource);
  assembly.share_open();
  for (const Attachment& attachment : attachments_of(resources, session)) assembly.attach(attachment);
  return assembly.take();
}

}  // namespace nsgcheck::io::arm
