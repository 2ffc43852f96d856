// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/rule_reader.hpp"
#include "analyzer/io/security_admin.hpp"
#include "analyzer/io/terraform.hpp"
#include "analyzer/io/terraform_azapi.hpp"
#include "analyzer/io/threads.hpp"
#include "analyzer/io/topology_reader.hpp"
#include "analyzer/model/resource_id.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using model::Nsg;
using model::SecurityRule;

constexpr std::string_view kSubnetLinkType = "azurerm_subnet_network_security_group_association";
constexpr std::string_view kAdminRuleType = "azurerm_network_manager_admin_rule";
constexpr std::string_view kNicLinkType = "azurerm_network_interface_security_group_association";

struct PlannedGroup {
  std::string address;  ///< "" for a group that is not in this file
  Nsg nsg;
  std::string resource_group;
  std::size_t own_rules{};                  ///< the first rules of `nsg`, which the group itself shows
  std::vector<SecurityRule> unknown_rules;  ///< what stands for the list when the plan does not show it
  bool rules_attached{};                    ///< some rule that stands alone surely belongs to it
  bool rest_missing{};                      ///< the file has rules of it only
  bool unused{};                            ///< the plan only reads it, and nothing yet refers to it
};

/// Whether `id` stands anywhere in the attributes of a resource.
bool holds_text(const Node& node, std::string_view id) {
  if (node.is(Node::Kind::String)) return net::same_word(node.text, id);
  const auto& items = node.items();
  const auto& members = node.members();
  return std::any_of(items.begin(), items.end(), [&](const Node& item) { return holds_text(item, id); }) ||
         std::any_of(members.begin(), members.end(), [&](const auto& one) { return holds_text(one.second, id); });
}

/// The module part of an address without keys, with its dot: "module.a." of "module.a.azurerm_x.y".
std::string module_of(std::string_view address) {
  constexpr std::string_view kModule = "module.";
  std::size_t end = 0;
  while (address.substr(end, kModule.size()) == kModule) {
    const std::size_t dot = address.find('.', end + kModule.size());
    if (dot == std::string_view::npos) break;
    end = dot + 1;
  }
  return std::string{address.substr(0, end)};
}

/// True for what Terraform reads and does not make: "data.azurerm_x.y", in a module or not.
bool is_data(std::string_view address) {
  const std::string plain = without_keys(address);
  return std::string_view{plain}.substr(module_of(plain).size()).starts_with("data.");
}

/// Attaches what stands alone to its group.
class Linker {
 public:
  explicit Linker(Collector& collector) : collector_{collector} {}

  static PlannedGroup group_of(const TerraformResource& resource, const Node& values) {
    PlannedGroup group;
    group.address = resource.address;
    Node named = values;
    // An id or a name that is known after apply only must not be taken for a name.
    std::erase_if(named.members(), [](const auto& member) {
      return (member.first == "id" || member.first == "name") && member.second.is(Node::Kind::Unknown);
    });
    group.nsg = read_nsg(named, resource.address);
    const Node* rules = values.find("security_rule");
    if (rules != nullptr && rules->is(Node::Kind::Unknown)) group.unknown_rules.swap(group.nsg.rules);
    group.own_rules = group.nsg.rules.size();
    group.resource_group = group.nsg.resource_group = known_text(resource, "resource_group_name");
    group.unused = resource.found;
    if (resource.deferred)
      group.nsg.rules.push_back(gap_rule("", values.span, Reason::UnresolvedExpression, "(deferred)"));
    return group;
  }

  void note_uses(const TerraformResource& resource) {
    for (PlannedGroup& group : groups_)
      if (group.unused && group.nsg.id && holds_text(resource.values, *group.nsg.id)) group.unused = false;
  }

  void add_group(PlannedGroup group) {
    by_address_[without_keys(group.address)].push_back(groups_.size());
    add(std::move(group));
  }

  /// A rule whose group stands in `attribute`, by name or id.
  void add_rule(const TerraformResource& resource, SecurityRule rule, std::string_view attribute) {
    if (resource.deferred) rule.may_be_absent = Reason::UnresolvedExpression;
    const auto owners = owners_of(resource, attribute);
    if (owners.empty()) {
      add_ownerless(resource, std::move(rule), attribute);
      return;
    }
    for (const std::size_t owner : owners) attach(groups_[owner], rule, owners.size() > 1);
  }

  /// What changes a group that another resource makes: its list of rules is known no more.
  void add_change(const TerraformResource& resource, std::string_view attribute) {
    add_rule(resource, gap_rule("", resource.values.span, Reason::UnresolvedExpression, resource.address), attribute);
  }

  void add_link(const TerraformResource& resource, std::string_view attached, std::vector<std::string> Nsg::*list) {
    std::string target = known_text(resource, attached);
    if (target.empty()) target = reference_text(resource, attached);
    const auto owners = owners_of(resource, "network_security_group_id");
    for (const std::size_t owner : owners) groups_[owner].unused = false;
    if (owners.size() == 1 && !target.empty()) {
      (groups_[owners.front()].nsg.*list).push_back(target);
    } else {
      collector_.skip(resource.values.span,
                      fmt::format("{}: its network security group is not in this file", resource.address));
    }
  }

  /// The list that a group shows is as old as the last refresh: it still has the rule.
  void remove_rule(const TerraformResource& resource) {
    const std::string name = known_text(resource, "name");
    for (const std::size_t owner : owners_by_name(resource, known_text(resource, "network_security_group_name"))) {
      resource.deferred ? doubt_own(groups_[owner], name) : take_own(groups_[owner], name);
    }
  }

  void finish() {
    for (PlannedGroup& group : groups_) {
      if (group.unused) {
        collector_.skip(group.nsg.span,
                        fmt::format("{}: the plan only reads it, and nothing in the plan refers to it", group.address));
        continue;
      }
      // The list is computed: where rules stand alone, they are all of it, but for a group that Terraform only reads.
      if (!group.rules_attached || (is_data(group.address))) {
        for (SecurityRule& rule : group.unknown_rules) group.nsg.rules.push_back(std::move(rule));
      }
      if (group.rest_missing) miss_rest(group.nsg);
      collector_.add_nsg(std::move(group.nsg));
    }
  }

 private:
  /// The groups that an attribute names: by name or id when it is known, else by the configuration's references.
  /// Several when the reference does not say which instance.
  std::vector<std::size_t> owners_of(const TerraformResource& resource, std::string_view attribute) const {
    if (const Node* known = known_member(resource, attribute)) return owners_by_name(resource, known->text);
    return owners_by_reference(resource, attribute);
  }

  std::vector<std::size_t> owners_by_name(const TerraformResource& resource, std::string_view text) const {
    const std::string_view in_id = nsg_in_id(text);
    const std::string_view name = in_id.empty() ? text : in_id;
    const std::string resource_group =
        in_id.empty() ? known_text(resource, "resource_group_name") : model::id_segment(text, "resourcegroups");
    std::vector<std::size_t> owners;
    const auto named = by_name_.find(net::lower(name));
    if (named == by_name_.end()) return owners;
    for (const std::size_t i : named->second) {
      const PlannedGroup& group = groups_[i];
      if (!in_id.empty() && group.nsg.id && !net::same_word(*group.nsg.id, text)) continue;
      const bool other = !resource_group.empty() && !group.resource_group.empty() &&
                         !net::same_word(resource_group, group.resource_group);
      if (!other) owners.push_back(i);
    }
    return owners;
  }

  std::vector<std::size_t> owners_by_reference(const TerraformResource& resource, std::string_view attribute) const {
    std::vector<std::size_t> owners;
    const Node* expression = resource.expressions == nullptr ? nullptr : resource.expressions->find(attribute);
    const Node* references = expression == nullptr ? nullptr : list_of(*expression, "references");
    if (references == nullptr) return owners;
    const std::string module = module_of(without_keys(resource.address));
    for (const Node& reference : references->items()) {
      for (const std::string& target : reference_targets(*resource.configuration, module, reference.text)) {
        // "address" or one of its attributes, "address.name".
        auto found = by_address_.find(target);
        if (found == by_address_.end()) found = by_address_.find(target.substr(0, target.rfind('.')));
        if (found != by_address_.end()) owners.insert(owners.end(), found->second.begin(), found->second.end());
      }
    }
    std::sort(owners.begin(), owners.end());
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    return owners;
  }

  static std::string reference_text(const TerraformResource& resource, std::string_view attribute) {
    const Node* expression = resource.expressions == nullptr ? nullptr : resource.expressions->find(attribute);
    const Node* references = expression == nullptr ? nullptr : list_of(*expression, "references");
    return references == nullptr || references->items().empty() ? std::string{} : references->items().front().text;
  }

  /// Removes the group's own rule of that name; names are unique in a group.
  static void take_own(PlannedGroup& group, std::string_view name) {
    const auto end = group.nsg.rules.begin() + static_cast<std::ptrdiff_t>(group.own_rules);
    const auto own = std::find_if(group.nsg.rules.begin(), end,
                                  [&](const SecurityRule& rule) { return net::same_word(rule.name, name); });
    if (own == end) return;
    group.nsg.rules.erase(own);
    --group.own_rules;
  }

  /// The group's own rule of that name may be gone, or another.
  static void doubt_own(PlannedGroup& group, std::string_view name) {
    for (std::size_t i = 0; i < group.own_rules; ++i) {
      SecurityRule& rule = group.nsg.rules[i];
      if (net::same_word(rule.name, name)) rule.may_be_absent = Reason::UnresolvedExpression;
    }
  }

  /// States and updates show a rule twice: in the group as read back, and by itself as it is or will be.
  static void attach(PlannedGroup& group, SecurityRule rule, bool one_of_several) {
    if (one_of_several) {
      rule.may_be_absent = Reason::MissingAttachment;
    } else {
      rule.may_be_absent ? doubt_own(group, rule.name) : take_own(group, rule.name);
      group.rules_attached = true;
    }
    group.unused = false;
    group.nsg.rules.push_back(std::move(rule));
  }

  /// A rule whose group is not in the file, or not known.
  void add_ownerless(const TerraformResource& resource, SecurityRule rule, std::string_view attribute) {
    const std::string named = known_text(resource, attribute);
    const std::string_view in_id = nsg_in_id(named);
    const std::string name{in_id.empty() ? std::string_view{named} : in_id};
    if (name.empty() && !groups_.empty()) {
      // It may belong to any of them, and none may be called safe without it.
      for (PlannedGroup& group : groups_) attach(group, rule, true);
      collector_.skip(
          resource.values.span,
          fmt::format("{}: which network security group it belongs to is known after apply only", resource.address));
      return;
    }
    PlannedGroup group;
    group.nsg.name = name.empty() ? std::string{"(known after apply)"} : name;
    group.nsg.span = resource.values.span;
    group.resource_group = known_text(resource, "resource_group_name");
    group.rest_missing = true;
    collector_.skip(resource.values.span,
                    fmt::format("{}: the other rules of the network security group {} are not in this file",
                                resource.address, group.nsg.name));
    attach(group, std::move(rule), false);
    add(std::move(group));
  }

  void add(PlannedGroup group) {
    by_name_[net::lower(group.nsg.name)].push_back(groups_.size());
    groups_.push_back(std::move(group));
  }

  Collector& collector_;
  std::vector<PlannedGroup> groups_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;     ///< in lower case
  std::unordered_map<std::string, std::vector<std::size_t>> by_address_;  ///< without keys
};

constexpr std::string_view kAzapiRule = "Microsoft.Network/networkSecurityGroups/securityRules";

/// Anything else that may touch rules of a group. False when it does not.
bool link_azapi(const TerraformResource& resource, Linker& linker, Collector& collector) {
  const std::string type = azapi_type(resource);
  const bool update = resource.type == "azapi_update_resource";
  if (net::same_word(type, kAzapiRule) && !update) {
    linker.add_rule(resource, azapi_rule(resource, collector), "parent_id");
    return true;
  }
  const bool touches = net::same_word(type, kAzapiRule) || (update && net::same_word(type, kAzapiGroup));
  if (!touches) return false;
  collector.skip(resource.values.span,
                 fmt::format("{}: it changes a network security group after it is made; what its rules are then is not "
                             "known",
                             resource.address));
  const bool by_id = known_member(resource, "resource_id") != nullptr || known_member(resource, "name") == nullptr;
  linker.add_change(resource, by_id ? "resource_id" : net::same_word(type, kAzapiRule) ? "parent_id" : "name");
  return true;
}

/// A resource, and what of it can be read without knowing the others.
struct ReadResource {
  TerraformResource resource;
  std::optional<PlannedGroup> group;  ///< of a group; the resource has no values then
  std::optional<SecurityRule> rule;   ///< of a rule that stands alone
};

ReadResource read_apart(const TerraformEntry& entry) {
  ReadResource out{entry.read_values(), {}, {}};
  if (entry.type == kTerraformGroup) {
    out.group = Linker::group_of(out.resource, out.resource.values);
    // Its list of rules may be long.
    out.resource.values = {};
    entry.fold();
  } else if (entry.type == kTerraformRule && !entry.deleted) {
    out.rule = read_rule(out.resource.values);
  }
  return out;
}

/// Gives each entry that is wanted to `use`, in order; they are read some at a time, by several threads.
template <class Wanted, class Use>
void for_each_read(const std::vector<TerraformEntry>& entries, std::size_t threads, Wanted is_wanted, Use use) {
  // One by one takes the least memory.
  const std::size_t at_a_time = threads < 2 ? 1 : 256;
  std::vector<const TerraformEntry*> some;
  const auto use_some = [&] {
    std::vector<std::optional<ReadResource>> read(some.size());
    for_each_index(some.size(), threads, [&](std::size_t i) { read[i] = read_apart(*some[i]); });
    for (std::size_t i = 0; i < some.size(); ++i) {
      read[i]->resource.expressions = some[i]->expressions();
      use(*read[i]);
      read[i].reset();
      some[i]->fold();
    }
    some.clear();
  };
  for (const TerraformEntry& entry : entries) {
    if (!is_wanted(entry)) continue;
    some.push_back(&entry);
    if (some.size() == at_a_time) use_some();
  }
  use_some();
}

void add_group(ReadResource& read, Linker& linker, Collector& collector) {
  if (read.group)
    linker.add_group(*std::move(read.group));
  else if (is_azapi_group(read.resource))
    linker.add_group(Linker::group_of(read.resource, azapi_body(read.resource, collector)));
}

/// Whatever is no group.
void attach(ReadResource& read, Linker& linker, Collector& collector) {
  const TerraformResource& resource = read.resource;
  if (!read.rule) linker.note_uses(resource);
  if (read.rule) {
    linker.add_rule(resource, *std::move(read.rule), "network_security_group_name");
  } else if (resource.type == kTerraformRule) {
    linker.remove_rule(resource);
  } else if (resource.deferred && (resource.type == kSubnetLinkType || resource.type == kNicLinkType)) {
    // Said already; a group that may not come to stand there protects nothing.
  } else if (resource.type == kSubnetLinkType) {
    linker.add_link(resource, "subnet_id", &Nsg::subnets);
  } else if (resource.type == kNicLinkType) {
    linker.add_link(resource, "network_interface_id", &Nsg::nics);
  } else if (resource.type == kAdminRuleType) {
    model::AdminRule admin = read_terraform_admin_rule(resource.values);
    if (resource.deferred) admin.rule.may_be_absent = Reason::UnresolvedExpression;
    collector.add_admin_rule(std::move(admin));
  } else if (is_template_deployment(resource)) {
    add_template_deployment(resource, collector);
  } else if (!link_azapi(resource, linker, collector) && !is_azapi_group(resource)) {
    collector.skip(resource.values.span, fmt::format("resource of type {}", resource.type));
  }
}

}  // namespace

void link_terraform(const std::vector<TerraformEntry>& resources, Collector& collector) {
  Linker linker{collector};
  for_each_read(
      resources, collector.threads(),
      [](const TerraformEntry& entry) { return entry.type == kTerraformGroup || entry.type == kAzapiType; },
      [&](ReadResource& read) { add_group(read, linker, collector); });
  for_each_read(
      resources, collector.threads(), [](const TerraformEntry& entry) { return entry.type != kTerraformGroup; },
      [&](ReadResource& read) { attach(read, linker, collector); });
  linker.finish();
  read_terraform_topology(resources, collector.topology());
}

}  // namespace nsgcheck::io
