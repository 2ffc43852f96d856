// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/expander.hpp"

#include <algorithm>
#include <array>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

/// Deployments inside each other; ARM itself allows fewer.
constexpr std::size_t kMaxNesting = 32;

/// A type such as "Microsoft.Network/x" in full; a child inside its parent may have a relative one, "securityRules".
bool is_full_type(std::string_view type) {
  const auto slash = type.find('/');
  return slash != std::string_view::npos && type.substr(0, slash).find('.') != std::string_view::npos;
}

bool is_true(const Node* node) { return node != nullptr && node->is(Kind::Bool) && node->boolean; }

/// Kinds that hold rules, or may.
bool tells_of_rules(ResourceKind kind) {
  return kind == ResourceKind::Nsg || kind == ResourceKind::Rule || kind == ResourceKind::Deployment ||
         kind == ResourceKind::AdminRule;
}

/// A part of a target: the member that gives it, and the expression for that of the deployment in whose words it is.
struct TargetPart {
  std::string_view member;
  std::string_view expression;
  std::string Target::*part;
};
constexpr std::array<TargetPart, 2> kTargetParts{{
    {"subscriptionId", "subscription().subscriptionId", &Target::subscription},
    {"resourceGroup", "resourceGroup().name", &Target::group},
}};

bool is_given(const Node* node) {
  return node != nullptr && !node->is(Kind::Null) && !(node->is(Kind::String) && node->text.empty());
}

/// Whether a machine's literal says, or may say, interfaces of its own; those of others are resources by themselves.
bool may_have_interfaces(const Node& machine) {
  const Node* part = &machine;
  for (const std::string_view name : {"properties", "networkProfile", "networkInterfaceConfigurations"}) {
    part = part->find(name);
    if (part == nullptr) return false;
    if (part->is(Kind::String)) return true;  // an expression
  }
  return true;
}

bool has_rule_loop(const Node& properties) {
  const Node* loops = properties.find("copy");
  if (loops == nullptr || !is_loop_list(*loops)) return false;
  return std::any_of(loops->items().begin(), loops->items().end(),
                     [](const Node& loop) { return net::same_word(loop.find("name")->text, "securityRules"); });
}

}  // namespace

Expansion Expander::run(const Node& template_root, Scope& scope, const std::string& file) {
  Place place;
  place.scope = &scope;
  place.path = file;
  const Node* list = template_root.find("resources");
  if (list == nullptr)
    fault(template_root.span, "the template has no `resources`");
  else
    resource_list(*list, place);
  return std::move(expansion_);
}

void Expander::resource_list(const Node& list, const Place& place) {
  Evaluator evaluator{*place.scope, place.passes};
  const Node& resources = list.is(Kind::String) ? resolved(list, evaluator) : list;
  if (resources.is(Kind::Array)) {
    for (const Node& each : resources.items()) resource(each, place);
  } else if (resources.is(Kind::Object)) {
    for (const auto& [name, each] : resources.members()) resource(each, place);  // symbolic names
  } else if (resources.is(Kind::Unknown)) {
    session_.note(resources.span, "list of resources that is not known: " + resources.why);
    for (const Node& each : resources.items()) resource(each, place);
  } else if (!resources.is(Kind::Null)) {
    fault(resources.span,
          "`resources` is neither a list nor an object but of type " + std::string{type_name(resources)});
  }
}

void Expander::resource(const Node& literal, const Place& place) {
  if (!literal.is(Kind::Object))
    return fault(literal.span, "a resource is no object but of type " + std::string{type_name(literal)});
  const Node* written = literal.find("type");
  if (written == nullptr) return fault(literal.span, "a resource has no type");
  const Node type = Evaluator{*place.scope, place.passes}.evaluate(*written);
  if (type.is(Kind::Unknown)) return session_.note(literal.span, "resource whose type is not known: " + type.why);
  if (!type.is(Kind::String))
    return fault(written->span, "a resource's type is of type " + std::string{type_name(type)});
  resource_of(literal, full_type(type.text, place), place);
}

std::string Expander::full_type(const std::string& type, const Place& place) const {
  return place.parent_type.empty() || is_full_type(type) ? type : place.parent_type + '/' + type;
}

void Expander::resource_of(const Node& literal, const std::string& type, const Place& place) {
  const ResourceKind kind = kind_of(type);
  if (is_true(literal.find("existing"))) {
    if (kind == ResourceKind::Nsg)
      session_.note(literal.span, "existing network security group: its rules are not part of the template");
    return;
  }
  if (kind == ResourceKind::Other || (kind == ResourceKind::Machine && !may_have_interfaces(literal))) {
    ++expansion_.others[type];
    // A Service Fabric managed cluster, for one, has rules for an NSG of its own.
    if (const Node* rules = literal.at({"properties", "networkSecurityRules"}))
      session_.note(rules->span, "security rules of a resource of type " + type);
    return children(literal, type, {}, place);
  }
  if (kind == ResourceKind::NetworkPart || kind == ResourceKind::Machine) ++expansion_.others[type];
  const Node* loop = literal.find("copy");
  if (loop != nullptr && loop->is(Kind::Object)) return every_pass(literal, *loop, type, place);
  one_pass(literal, type, place);
}

void Expander::every_pass(const Node& literal, const Node& loop, const std::string& type, Place place) {
  const Node* written = loop.find("name");
  const std::string name = written != nullptr ? written->text : std::string{};
  const PassCount count = Evaluator{*place.scope, place.passes}.count_of(loop);
  if (const auto* why = std::get_if<std::string>(&count)) {
    session_.note(literal.span, "resources of type " + type + " in copy loop `" + name +
                                    "`, whose number is not known: " + *why + "; read once, with the index unknown");
    place.count_unknown = *why;
    const Node* number = loop.find("count");
    place.conditions.push_back(
        "count " + (number != nullptr ? Evaluator{*place.scope, place.passes}.evaluate(*number).text : std::string{}));
    place.passes.push_back({name, std::nullopt, true});
    return one_pass(literal, type, place);
  }
  for (std::int64_t i = 0; i < std::get<std::int64_t>(count) && session_.spend_pass(); ++i) {
    place.passes.push_back({name, i, true});
    one_pass(literal, type, place);
    place.passes.pop_back();
  }
}

Expander::Condition Expander::condition(const Node& literal, Evaluator& evaluator, std::vector<std::string>& open) {
  const Node* written = literal.find("condition");
  if (written == nullptr) return Condition::Holds;
  const Node value = evaluator.evaluate(*written);
  if (value.is(Kind::Bool)) return value.boolean ? Condition::Holds : Condition::Fails;
  if (value.is(Kind::String) && net::same_word(value.text, "true")) return Condition::Holds;
  if (value.is(Kind::String) && net::same_word(value.text, "false")) return Condition::Fails;
  open.push_back(value.text);
  return Condition::Open;
}

void Expander::one_pass(const Node& literal, const std::string& type, const Place& place) {
  Evaluator evaluator{*place.scope, place.passes};
  const Node* written = literal.find("name");
  if (written == nullptr) fault(literal.span, "a resource of type " + type + " has no name");
  std::string name = written == nullptr ? std::string{} : evaluator.name_of(*written);
  const bool inside_parent = !place.parent_name.empty() && std::count(name.begin(), name.end(), '/') == 0;
  if (inside_parent) name = place.parent_name + '/' + name;
  Place here = place;
  const Condition holds = condition(literal, evaluator, here.conditions);
  if (holds == Condition::Fails && tells_of_rules(kind_of(type)))
    session_.note(literal.span, "resource \"" + name + "\" of type " + type + ": its condition is false");
  here.may_be_absent = place.may_be_absent || holds == Condition::Open;
  const ResourceKind kind = kind_of(type);
  if (tells_of_rules(kind)) here.target = target_of(literal, place);
  if (holds != Condition::Fails) {
    switch (kind) {
      case ResourceKind::Deployment:
        deployment(literal, name, here);
        break;
      case ResourceKind::TemplateSpec:
        template_spec(literal, here);
        break;
      default:
        add(literal, type, name, here);
    }
  }
  // A condition does not reach the children: each has its own.
  Place around = place;
  around.target = here.target;
  children(literal, type, name, around);
}

Target Expander::target_of(const Node& literal, const Place& place) {
  Evaluator evaluator{*place.scope, place.passes};
  Target target = place.target;
  if (const Node* written = literal.find("scope"); is_given(written)) {
    const std::string scope = evaluator.name_of(*written);
    target = target_in_id(scope, target);
    if (scope.starts_with('{')) target.group = scope;
  }
  for (const TargetPart& one : kTargetParts) {
    const Node* written = literal.find(one.member);
    if (!is_given(written)) continue;
    const std::string own{one.expression};
    std::string name = evaluator.name_of(*written);
    const bool outermost = place.scope_target.is_outermost();
    if ((outermost || net::same_word(written->text, '[' + own + ']')) && net::same_word(name, '{' + own + '}')) {
      name = place.scope_target.*one.part;
    } else if (!outermost && net::lower(name).find(net::lower(own.substr(0, own.find('.')))) != std::string::npos) {
      // A parameter may have been given the expression by another deployment, where it means another group.
      name += "{deployment " + std::to_string(place.deployment) + '}';
    }
    target.*one.part = std::move(name);
  }
  return target;
}

void Expander::children(const Node& literal, const std::string& type, const std::string& name, const Place& place) {
  const Node* list = literal.find("resources");
  if (list == nullptr) return;
  Place inside = place;
  inside.parent_type = type;
  inside.parent_name = name;
  resource_list(*list, inside);
}

void Expander::add(const Node& literal, const std::string& type, const std::string& name, const Place& place) {
  Evaluator evaluator{*place.scope, place.passes};
  Resource resource;
  resource.kind = kind_of(type);
  resource.type = type;
  resource.name = name;
  resource.may_be_absent = place.may_be_absent;
  resource.count_unknown = place.count_unknown;
  resource.conditions = place.conditions;
  resource.deployment = place.deployment;
  resource.target = place.target;
  resource.span = literal.span;
  if (!place.passes.empty()) resource.iteration = label(place.passes.back());
  resource.node = object_node({});
  resource.node.span = literal.span;
  if (const Node* written = literal.find("name"))
    resource.node.members().emplace_back("name", evaluator.evaluate(*written));
  if (const Node* properties = literal.find("properties")) {
    resource.rules_from_loop = has_rule_loop(*properties);
    const bool values = tells_of_rules(resource.kind) || resource.kind == ResourceKind::CloudService;
    Node evaluated = values ? evaluator.evaluate(*properties) : evaluator.evaluate_names(*properties);
    // Of the network of a Cloud Service only the names of other resources count.
    if (resource.kind == ResourceKind::CloudService)
      for (auto& [member, value] : evaluated.members())
        if (net::same_word(member, "networkProfile")) value = evaluator.evaluate_names(*properties->find(member));
    resource.node.members().emplace_back("properties", std::move(evaluated));
  }
  if (const Node* sku = literal.find("sku")) resource.node.members().emplace_back("sku", evaluator.evaluate(*sku));
  expansion_.resources.push_back(std::move(resource));
}

const Node& Expander::resolved(const Node& literal, Evaluator& evaluator) {
  return values_.emplace_back(evaluator.evaluate(literal));
}

void Expander::deployment(const Node& literal, const std::string& name, const Place& place) {
  Evaluator evaluator{*place.scope, place.passes};
  const Node* written = literal.find("properties");
  if (written == nullptr) return fault(literal.span, "nested deployment \"" + name + "\" has no properties");
  const Node& properties = written->is(Kind::String) ? resolved(*written, evaluator) : *written;
  const Node* inline_template = properties.find("template");
  if (inline_template != nullptr) {
    const Node& root = inline_template->is(Kind::String) ? resolved(*inline_template, evaluator) : *inline_template;
    if (root.is(Kind::Object)) return nested_template(root, properties, name, place, false);
  }
  if (properties.find("templateLink") != nullptr) return linked_template(literal, properties, name, place);
  fault(literal.span, "nested deployment \"" + name + "\": a template that is not known is not part of the input");
}

void Expander::linked_template(const Node& literal, const Node& properties, const std::string& name,
                               const Place& place) {
  const Node& link = *properties.find("templateLink");
  const Node named = Evaluator{*place.scope, place.passes}.evaluate_names(link);
  std::string where = "a linked template";
  for (const std::string_view key : {"uri", "relativePath", "id"})
    if (const Node* text = named.find(key)) where = "the linked template " + text->text;
  const std::string head = "nested deployment \"" + name + "\": " + where;
  const std::string path = links_.target(link, {place.scope, place.passes, place.path});
  if (path.empty()) return fault(literal.span, head + " is not part of the input");
  const LinkedFile file = session_.linked(path);
  if (file.document == nullptr)
    return fault(literal.span, head + (file.broken ? ": " : " is not part of the input: ") + file.why);
  const Node& root = file.document->root;
  if (std::find(place.linked.begin(), place.linked.end(), &root) != place.linked.end())
    return session_.note(literal.span, head + " links to itself, which no deployment of Azure ends");
  Place inside = place;
  inside.path = path;
  inside.linked.push_back(&root);
  nested_template(root, properties, name, inside, true);
}

void Expander::nested_template(const Node& root, const Node& properties, const std::string& name, Place place,
                               bool inner) {
  if (place.nesting >= kMaxNesting || !session_.spend_pass())
    return session_.note(properties.span, "nested deployment \"" + name + "\": nested deeper than " +
                                              std::to_string(kMaxNesting) + " deployments");
  Evaluator evaluator{*place.scope, place.passes};
  const Node* written = properties.at({"expressionEvaluationOptions", "scope"});
  const Node scope = written == nullptr ? Node{} : evaluator.evaluate(*written);
  ++place.nesting;
  place.deployment = ++deployments_;
  place.parent_type.clear();
  place.parent_name.clear();
  if (inner || net::same_word(scope.text, "inner")) {
    Scope& own = scopes_.emplace_back(root, parameters_for(properties, evaluator, place), session_);
    own.set_inner();
    links_.add({&own, {}, place.path}, {place.scope, place.passes, place.path}, properties);
    place.scope = &own;
    place.scope_target = place.target;
    place.passes.clear();
  }
  const Node* list = root.find("resources");
  if (list == nullptr) return fault(root.span, "the template of nested deployment \"" + name + "\" has no `resources`");
  resource_list(*list, place);
}

GivenParameters Expander::parameters_for(const Node& properties, Evaluator& evaluator, const Place& place) {
  const Node* written = properties.find("parameters");
  GivenParameters given = written == nullptr ? GivenParameters{} : given_parameters(evaluator.evaluate(*written));
  const Node* link = properties.find("parametersLink");
  if (link == nullptr) return given;
  const std::string path = links_.target(*link, {place.scope, place.passes, place.path});
  const LinkedFile file = path.empty() ? LinkedFile{} : session_.linked(path);
  if (file.broken) fault(link->span, "the linked parameter file: " + file.why);
  if (file.document == nullptr) {
    given.incomplete = "the linked parameter file is not part of the input";
    return given;
  }
  const Node* section = file.document->root.find("parameters");
  return given_parameters(section != nullptr ? *section : file.document->root);
}

void Expander::template_spec(const Node& literal, const Place& place) {
  const Node* root = literal.at({"properties", "mainTemplate"});
  if (root == nullptr || !root->is(Kind::Object))
    return session_.note(literal.span, "template spec without a template of its own");
  Place inside;
  inside.scope = &scopes_.emplace_back(*root, GivenParameters{}, session_);
  inside.may_be_absent = place.may_be_absent;
  inside.conditions = place.conditions;
  inside.deployment = ++deployments_;
  // Whoever deploys it says where.
  inside.target.group = "{template spec " + std::to_string(inside.deployment) + '}';
  inside.scope_target = inside.target;
  inside.nesting = place.nesting + 1;
  if (const Node* list = root->find("resources"); list != nullptr && inside.nesting < kMaxNesting)
    resource_list(*list, inside);
}

}  // namespace nsgcheck::io::arm
