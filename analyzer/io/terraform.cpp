// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "analyzer/io/form.hpp"
#include "analyzer/io/terraform.hpp"
#include "analyzer/io/threads.hpp"

namespace nsgcheck::io {
namespace {

using Resources = std::vector<TerraformEntry>;

/// Resources of `root_module` and of all modules below it.
void add_module(const Node& module, Resources& resources, Collector& collector) {
  if (const Node* list = list_of(module, "resources")) {
    for (const Node& each : list->items()) {
      const Node* values = each.find("values");
      if (values == nullptr || !values->is(Node::Kind::Object)) {
        collector.error(each.span, fmt::format("{}: a resource without values", text_of(each, "address")));
        continue;
      }
      resources.push_back({std::string{text_of(each, "address")}, std::string{text_of(each, "type")}, *values});
      each.fold();
    }
  }
  if (const Node* children = list_of(module, "child_modules")) {
    for (const Node& child : children->items()) add_module(child, resources, collector);
  }
}

/// The resource as it stood before the plan.
void add_before(const Node& change, Resources& resources, Collector& collector) {
  const std::string address{text_of(change, "address")};
  const Node* before = change.at({"change", "before"});
  if (before != nullptr && before->is(Node::Kind::Object)) {
    resources.push_back({address, std::string{text_of(change, "type")}, *before});
    return;
  }
  const Node* actions = change.at({"change", "actions"});
  const std::string action = actions != nullptr && actions->items().size() == 1 ? actions->items()[0].text : "";
  if (action == "create" || action == "read")
    collector.skip(change.span, fmt::format("{}: it is not there before the plan ({})", address, action));
  else
    collector.error(change.span, fmt::format("{}: a change without the state before it", address));
}

void add_change(const Node& change, Resources& resources, Collector& collector) {
  const std::string address{text_of(change, "address")};
  const Node* after = change.at({"change", "after"});
  const Node* unknown = change.at({"change", "after_unknown"});
  if (after == nullptr || !after->is(Node::Kind::Object)) {
    const Node* actions = change.at({"change", "actions"});
    const std::string action = actions != nullptr && actions->items().size() == 1 ? actions->items()[0].text : "";
    if (action == "delete" || action == "forget") {
      collector.skip(change.span, fmt::format("{}: the plan has it no more ({})", address, action));
      const Node* before = change.at({"change", "before"});
      const bool lone_rule = text_of(change, "type") == kTerraformRule && before != nullptr;
      // A rule that is only forgotten stays in Azure.
      if (lone_rule && action == "delete")
        resources.push_back(
            {.address = address, .type = std::string{kTerraformRule}, .values = *before, .deleted = true});
    } else {
      collector.error(change.span, fmt::format("{}: a change without the state after it", address));
    }
    return;
  }
  resources.push_back({address, std::string{text_of(change, "type")}, *after, unknown == nullptr ? Node{} : *unknown});
}

/// All changes of a plan, some at a time by each thread, few of those at once; what is said of them keeps their order.
void add_changes(const std::vector<Node>& changes, bool before, Resources& resources, Collector& collector) {
  constexpr std::size_t kAtATime = 256;
  constexpr std::size_t kAtOnce = 8;
  struct Part {
    Resources resources;
    RuleSource said;
  };
  for (std::size_t first = 0; first < changes.size(); first += kAtATime * kAtOnce) {
    const std::size_t end = std::min(changes.size(), first + kAtATime * kAtOnce);
    std::vector<Part> parts((end - first + kAtATime - 1) / kAtATime);
    for_each_index(parts.size(), collector.threads(), [&](std::size_t i) {
      Collector own{collector.document()};
      const std::size_t begin = first + i * kAtATime;
      for (std::size_t c = begin; c < std::min(end, begin + kAtATime); ++c) {
        before ? add_before(changes[c], parts[i].resources, own) : add_change(changes[c], parts[i].resources, own);
        changes[c].fold();
      }
      parts[i].said = own.take();
    });
    for (Part& part : parts) {
      resources.insert(resources.end(), std::make_move_iterator(part.resources.begin()),
                       std::make_move_iterator(part.resources.end()));
      collector.add_source(std::move(part.said));
    }
  }
}

/// Changes that the plan puts off to a later one.
void add_deferred(const Node& root, bool before, Resources& resources, Collector& collector) {
  const Node* list = list_of(root, "deferred_changes");
  if (list == nullptr) return;
  for (const Node& each : list->items()) {
    const Node* change = each.find("resource_change");
    if (change == nullptr) {
      collector.error(each.span, "a deferred change without resource_change");
      continue;
    }
    // What was before is known.
    if (!before)
      collector.error(each.span, fmt::format("{}: deferred ({}); what it becomes is known in a later plan only",
                                             text_of(*change, "address"), text_of(each, "reason")));
    const std::size_t sure = resources.size();
    before ? add_before(*change, resources, collector) : add_change(*change, resources, collector);
    for (std::size_t i = sure; i < resources.size(); ++i) resources[i].deferred = !before;
  }
}

/// The groups that the plan reads and does not make, as it found them. What it reads only when it is applied stands
/// among its changes.
void add_found_groups(const Node& module, Resources& resources) {
  if (const Node* list = list_of(module, "resources"))
    for (const Node& each : list->items()) {
      const Node* values = each.find("values");
      const std::string address{text_of(each, "address")};
      const bool is_group = text_of(each, "mode") == "data" && text_of(each, "type") == kTerraformGroup &&
                            values != nullptr && values->is(Node::Kind::Object);
      if (is_group && std::none_of(resources.begin(), resources.end(),
                                   [&](const TerraformEntry& one) { return one.address == address; }))
        resources.push_back(
            {.address = address, .type = std::string{kTerraformGroup}, .values = *values, .found = true});
      each.fold();
    }
  if (const Node* children = list_of(module, "child_modules"))
    for (const Node& child : children->items()) add_found_groups(child, resources);
}

/// What the plan says of itself: that it is not all that is to come.
void note_incomplete(const Node& root, Collector& collector) {
  const Node* errored = root.find("errored");
  if (errored != nullptr && errored->is(Node::Kind::Bool) && errored->boolean)
    collector.error(errored->span,
                    "errored: Terraform failed while it planned; changes that it did not come to are missing");
  const Node* complete = root.find("complete");
  if (complete != nullptr && complete->is(Node::Kind::Bool) && !complete->boolean)
    collector.error(complete->span, "complete is false: further changes are left to a later plan");
}

/// "[0]" or "[\"web\"]"; "" for the only instance.
std::string key_of(const Node& instance) {
  const Node* key = instance.find("index_key");
  if (key == nullptr || key->is(Node::Kind::Null)) return {};
  return key->is(Node::Kind::String) ? fmt::format("[\"{}\"]", key->text) : fmt::format("[{}]", key->text);
}

void add_instances(const Node& resource, Resources& resources, Collector& collector) {
  const std::string type{text_of(resource, "type")};
  const std::string_view module = text_of(resource, "module");
  const std::string address =
      fmt::format("{}{}{}{}.{}", module, module.empty() ? "" : ".", text_of(resource, "mode") == "data" ? "data." : "",
                  type, text_of(resource, "name"));
  const Node* instances = list_of(resource, "instances");
  if (instances == nullptr) {
    collector.error(resource.span, fmt::format("{}: a resource without instances", address));
    return;
  }
  for (const Node& instance : instances->items()) {
    const Node* attributes = instance.find("attributes");
    if (attributes != nullptr && attributes->is(Node::Kind::Object)) {
      resources.push_back({address + key_of(instance), type, *attributes});
    } else {
      collector.error(instance.span, fmt::format("{}: an instance without attributes", address));
    }
  }
}

}  // namespace

Node with_unknown(const Node& after, const Node& unknown) {
  if (unknown.is(Node::Kind::Bool)) {
    if (!unknown.boolean) return after;
    Node node;
    node.kind = Node::Kind::Unknown;
    node.text = "(known after apply)";
    node.why = "Terraform knows the value only after apply";
    node.span = unknown.span;
    return node;
  }
  Node merged = after;
  if (unknown.is(Node::Kind::Object) && after.is(Node::Kind::Object)) {
    for (const auto& [key, value] : unknown.members()) {
      const auto place = std::find_if(merged.members().begin(), merged.members().end(),
                                      [&wanted = key](const auto& member) { return member.first == wanted; });
      if (place != merged.members().end()) {
        place->second = with_unknown(place->second, value);
      } else {
        merged.members().emplace_back(key, with_unknown(Node{}, value));
      }
    }
  } else if (unknown.is(Node::Kind::Array) && after.is(Node::Kind::Array)) {
    // An entry that is wholly unknown has no place in `after`.
    for (std::size_t i = 0; i < unknown.items().size(); ++i) {
      if (i == merged.items().size()) merged.items().emplace_back();
      merged.items()[i] = with_unknown(merged.items()[i], unknown.items()[i]);
    }
  } else if (unknown.is(Node::Kind::Array) &&
             std::any_of(unknown.items().begin(), unknown.items().end(),
                         [](const Node& n) { return n.is(Node::Kind::Bool) && n.boolean; })) {
    Node all = unknown.items().front();
    all.kind = Node::Kind::Bool;
    all.boolean = true;
    return with_unknown(after, all);
  }
  return merged;
}

const Node* known_member(const TerraformResource& resource, std::string_view name) {
  const Node* node = resource.values.find(name);
  const bool known = node != nullptr && node->is(Node::Kind::String) && !node->text.empty();
  return known ? node : nullptr;
}

std::string known_text(const TerraformResource& resource, std::string_view name) {
  const Node* node = known_member(resource, name);
  return node == nullptr ? std::string{} : node->text;
}

TerraformResource TerraformEntry::read_values() const {
  return {address, type, with_unknown(values, unknown), nullptr, configuration, deleted, deferred, found};
}

const Node* TerraformEntry::expressions() const {
  return configured == nullptr ? nullptr : configured->find("expressions");
}

TerraformResource TerraformEntry::read() const {
  TerraformResource resource = read_values();
  resource.expressions = expressions();
  return resource;
}

void TerraformEntry::fold() const {
  values.fold();
  unknown.fold();
  if (configured != nullptr) configured->fold();
}

bool is_terraform_plan(const Node& root) {
  return root.find("format_version") != nullptr &&
         (root.find("planned_values") != nullptr || root.find("resource_changes") != nullptr);
}

RuleSource read_terraform_plan(const Document& document, const ReadOptions& options) {
  Collector collector{document};
  Resources resources;
  const Node& root = document.root;
  if (const Node* changes = list_of(root, "resource_changes")) {
    add_changes(changes->items(), options.before_change, resources, collector);
  } else if (options.before_change) {
    const Node* module = root.at({"prior_state", "values", "root_module"});
    if (module != nullptr)
      add_module(*module, resources, collector);
    else
      collector.error(root.span, "a plan without resource_changes and prior_state: what was before is not in it");
  } else if (const Node* module = root.at({"planned_values", "root_module"})) {
    add_module(*module, resources, collector);
  }
  add_deferred(root, options.before_change, resources, collector);
  if (root.find("resource_changes") != nullptr)
    if (const Node* module = root.at({"prior_state", "values", "root_module"})) add_found_groups(*module, resources);
  if (!options.before_change) note_incomplete(root, collector);
  if (const Node* configuration = root.find("configuration")) {
    ConfiguredResources configured{*configuration};
    for (TerraformEntry& resource : resources) {
      resource.configuration = configuration;
      resource.configured = configured.find(without_keys(resource.address));
    }
  }
  link_terraform(resources, collector);
  return collector.take();
}

bool is_terraform_state(const Node& root) {
  return root.find("format_version") != nullptr &&
         (root.at({"values", "root_module"}) != nullptr || root.find("terraform_version") != nullptr);
}

RuleSource read_terraform_state(const Document& document, const ReadOptions&) {
  Collector collector{document};
  Resources resources;
  if (const Node* module = document.root.at({"values", "root_module"})) add_module(*module, resources, collector);
  link_terraform(resources, collector);
  return collector.take();
}

bool is_tfstate(const Node& root) {
  return root.find("version") != nullptr && root.find("lineage") != nullptr &&
         (root.find("resources") != nullptr || root.find("modules") != nullptr);
}

RuleSource read_tfstate(const Document& document, const ReadOptions&) {
  Collector collector{document};
  Resources resources;
  const Node* list = list_of(document.root, "resources");
  if (list == nullptr) {
    collector.error(
        document.root.find("version")->span,
        fmt::format("Terraform state of version {}; version 4 or the output of `terraform show -json` can be read",
                    text_of(document.root, "version")));
    return collector.take();
  }
  for (const Node& resource : list->items()) {
    add_instances(resource, resources, collector);
    resource.fold();
  }
  link_terraform(resources, collector);
  return collector.take();
}

bool is_terraform_attributes(const Node& root) {
  const Node* resources = root.find("resources");
  if (resources == nullptr || !resources->is(Node::Kind::Object)) return false;
  return std::any_of(resources->members().begin(), resources->members().end(),
                     [](const auto& member) { return member.first.rfind("azurerm_", 0) == 0; });
}

RuleSource read_terraform_attributes(const Document& document, const ReadOptions&) {
  Collector collector{document};
  Resources resources;
  for (const auto& [type, instances] : document.root.find("resources")->members()) {
    for (const auto& [name, attributes] : instances.members()) {
      resources.push_back({fmt::format("{}.{}", type, name), type, attributes});
    }
  }
  link_terraform(resources, collector);
  return collector.take();
}

}  // namespace nsgcheck::io
