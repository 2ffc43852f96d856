// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/template.hpp"
#include "analyzer/io/embedded.hpp"
#include "analyzer/io/security_admin.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/io/arm/expression.hpp"
#include "analyzer/io/arm/nsg_assembly.hpp"
#include "analyzer/io/arm/parameter_limits.hpp"
#include "analyzer/io/arm/resources.hpp"
#include "analyzer/io/topology_reader.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using arm::GivenParameters;
using Kind = Node::Kind;

/// A template inside a document, with the parameter values that stand beside it.
struct FoundTemplate {
  const Node* root{};
  GivenParameters given;
};

bool is_template(const Node* node) {
  return node != nullptr && node->is(Kind::Object) && node->find("resources") != nullptr;
}

/// Expressions in a wrapper (a Blueprint's, say) belong to the wrapper's language, of which nothing is known.
Node without_expressions(Node node) {
  if (node.is(Kind::String) && arm::is_expression(node.text)) {
    node.kind = Kind::Unknown;
    node.why = "its value is given outside the template";
  }
  for (Node& item : node.items()) item = without_expressions(std::move(item));
  for (auto& [name, value] : node.members()) value = without_expressions(std::move(value));
  return node;
}

FoundTemplate find_template(const Node& root) {
  if (is_template(root.at({"properties", "template"}))) {
    FoundTemplate found{root.at({"properties", "template"}), {}};
    if (const Node* parameters = root.at({"properties", "parameters"}))
      found.given = arm::given_parameters(without_expressions(*parameters));
    return found;
  }
  if (is_template(root.at({"properties", "mainTemplate"}))) return {root.at({"properties", "mainTemplate"}), {}};
  if (is_template(root.find("mainTemplate"))) return {root.find("mainTemplate"), {}};
  return {&root, {}};
}

const Node& values_of(const Document& file) {
  const Node* section = file.root.find("parameters");
  return section != nullptr ? *section : file.root;
}

// A file may serve several templates: names that none declares are found by undeclared_parameters().
void add_parameter_files(const ReadOptions& options, GivenParameters& given) {
  for (const Document* file : options.parameters) {
    GivenParameters more = arm::given_parameters(values_of(*file));
    std::move(more.values.begin(), more.values.end(), std::back_inserter(given.values));
  }
}

bool is_text_type(const Node& declaration) {
  const Node* type = declaration.find("type");
  return type != nullptr && (net::same_word(type->text, "string") || net::same_word(type->text, "securestring"));
}

std::string no_value(const Node& declaration) {
  const Node* type = declaration.find("type");
  return " gives no value, and only a parameter of type string may be empty" +
         (type == nullptr ? std::string{} : "; this one is of type " + type->text);
}

/// What is set by hand; values stand where the template declares their parameters. What cannot be one is unknown, and
/// not the default that somebody wanted to replace.
void add_set_values(const Document& document, const Node& root, const ReadOptions& options, GivenParameters& given,
                    RuleSource& source) {
  for (const auto& [name, text] : options.set) {
    const Node* declaration = root.at({"parameters", name});
    if (declaration == nullptr) continue;
    Node value;
    value.kind = Kind::String;
    value.text = text;
    value.span = declaration->span;
    if (!is_text_type(*declaration)) {
      auto parsed = parse_embedded(value);
      if (!parsed) {
        const std::string why = text.empty() ? no_value(*declaration) : " is no JSON: " + parsed.error();
        source.errors.push_back({document.file, position_of(document, value.span), "--set " + name + '=' + text + why});
        parsed = arm::unknown_node("its value cannot be read");
        parsed->span = declaration->span;
      }
      value = std::move(*parsed);
    }
    given.values.emplace_back(name, std::move(value));
  }
}

// What Azure refuses is no value; nor is the default then one that counts.
void refuse_values(const Document& document, const Node& root, const ReadOptions& options, GivenParameters& given,
                   RuleSource& source) {
  const auto file_of = [&](const Node& value) -> const Document& {
    for (const Document* file : options.parameters)
      if (file->root.span.document == value.span.document) return *file;
    return document;
  };
  for (auto one = given.values.begin(); one != given.values.end(); ++one) {
    auto& [name, value] = *one;
    const bool replaced = std::any_of(std::next(one), given.values.end(),
                                      [&](const auto& later) { return net::same_word(later.first, one->first); });
    const Node* declaration = root.at({"parameters", name});
    const auto fault = declaration == nullptr || replaced ? std::nullopt : arm::limit_fault(*declaration, value);
    if (!fault) continue;
    const Document& file = file_of(value);
    const std::string message = "the value of parameter \"" + name + "\" is refused: it " + *fault;
    source.errors.push_back({file.file, position_of(file, value.span), message});
    Node unknown = arm::unknown_node(message);
    unknown.span = value.span;
    value = std::move(unknown);
  }
}

void add_admin_rule(const arm::Resource& resource, RuleSource& source) {
  model::AdminRule admin = read_security_admin_rule(resource.node);
  admin.rule.name = resource.name.substr(resource.name.rfind('/') + 1);
  if (resource.may_be_absent) admin.rule.may_be_absent = model::Reason::UnresolvedExpression;
  source.skipped.push_back({resource.span, note_of(admin)});
  source.admin_rules.push_back(std::move(admin));
}

/// "12 resources of other types (Microsoft.Compute/virtualMachines, ...)"
std::string other_types(const std::map<std::string, std::size_t>& others) {
  std::size_t total = 0;
  std::string list;
  for (const auto& [type, count] : others) {
    total += count;
    list += (list.empty() ? "" : ", ") + type;
  }
  return std::to_string(total) + (total == 1 ? " resource of another type (" : " resources of other types (") + list +
         ")";
}

Diagnostic fault_at(const Document& document, const arm::Session& session, SourceSpan span, std::string message) {
  const Document* linked = session.linked_document(span);
  const Document& own = linked != nullptr ? *linked : document;
  return {own.file, position_of(own, span), std::move(message)};
}

// References that say nothing of the place mean that of the deployment which makes the resource.
Node placed(Node node, const arm::Target& target) {
  if (node.is(Kind::String)) node.text = arm::placed_id(std::move(node.text), target);
  if (node.is(Kind::Array))
    for (Node& item : node.items()) item = placed(std::move(item), target);
  if (node.is(Kind::Object))
    for (auto& [name, value] : node.members()) value = placed(std::move(value), target);
  return node;
}

void add_topology(const arm::Resource& resource, model::Topology& topology) {
  const model::ResourceHandle handle{resource.name, "", "", resource.target.group, resource.target.subscription};
  const bool may_be_absent = resource.may_be_absent || !resource.count_unknown.empty();
  if (resource.target.is_outermost())
    read_topology_resource(resource.type, handle, resource.node, may_be_absent, topology);
  else
    read_topology_resource(resource.type, handle, placed(resource.node, resource.target), may_be_absent, topology);
}

// What a deployment of the template makes.
void expand(const Document& document, const Node& root, GivenParameters given, arm::Session& session,
            RuleSource& source) {
  arm::Scope scope{root, std::move(given), session};
  arm::Expansion expansion =
      arm::expand_resources(root, scope, document.file.substr(document.file.find_last_of('/') + 1));
  for (const arm::Resource& resource : expansion.resources)
    if (resource.kind == arm::ResourceKind::CloudService) {
      ++expansion.others[resource.type];
      source.cloud_services.push_back(resource.node);
    }
  source.nsgs = arm::assemble_nsgs(expansion.resources, session);
  for (const arm::Resource& resource : expansion.resources) add_topology(resource, source.topology);
  for (const Skipped& note : session.notes()) source.skipped.push_back(note);
  if (!expansion.others.empty()) source.skipped.push_back({root.span, other_types(expansion.others)});
  for (const arm::Resource& resource : expansion.resources)
    if (resource.kind == arm::ResourceKind::AdminRule) add_admin_rule(resource, source);
  for (const arm::ResourceFault& fault : expansion.faults)
    source.errors.push_back(fault_at(document, session, fault.span, fault.message));
  if (session.exhausted())
    source.errors.push_back({document.file, position_of(document, root.span),
                             session.exhausted_reason() + "; what comes after is not read"});
}

}  // namespace

bool looks_like_template(const Node& root) {
  if (!root.is(Kind::Object)) return false;
  if (const Node* schema = root.find("$schema"); schema != nullptr && schema->is(Kind::String)) {
    const std::string uri = net::lower(schema->text);
    if (uri.find("deploymenttemplate.json") != std::string::npos) return true;
  }
  if (is_template(find_template(root).root) && find_template(root).root != &root) return true;
  const bool shaped =
      root.find("contentVersion") != nullptr || root.find("variables") != nullptr || root.find("parameters") != nullptr;
  return shaped && is_template(&root);
}

bool is_parameter_file(const Node& root) {
  if (!root.is(Kind::Object) || is_template(&root)) return false;
  if (const Node* section = root.find("parameters")) return section->is(Kind::Object);
  return std::all_of(root.members().begin(), root.members().end(), [](const auto& one) {
    return one.second.find("value") != nullptr || one.second.find("reference") != nullptr;
  });
}

RuleSource read_template(const Document& document, const ReadOptions& options) {
  arm::Session session;
  session.set_linked(options.linked);
  FoundTemplate found = find_template(document.root);
  RuleSource source;
  source.format = "arm-template";
  source.parameters.emplace();
  if (const Node* declared = found.root->find("parameters"))
    for (const auto& [name, declaration] : declared->members()) source.parameters->push_back(name);
  add_parameter_files(options, found.given);
  add_set_values(document, *found.root, options, found.given, source);
  refuse_values(document, *found.root, options, found.given, source);
  expand(document, *found.root, std::move(found.given), session, source);
  return source;
}

std::vector<Diagnostic> undeclared_parameters(const ReadOptions& options, std::span<const std::string> declared) {
  const auto is_declared = [&](const std::string& name) {
    return std::any_of(declared.begin(), declared.end(),
                       [&](const std::string& one) { return net::same_word(one, name); });
  };
  std::vector<Diagnostic> out;
  for (const Document* file : options.parameters)
    for (const auto& [name, value] : values_of(*file).members())
      if (!is_declared(name))
        out.push_back({file->file, position_of(*file, value.span),
                       "\"" + name + "\" is given a value, and no template of the inputs declares such a parameter"});
  for (const auto& [name, text] : options.set)
    if (!is_declared(name))
      out.push_back({"--set " + name + "=" + text, {0, 0}, "no template of the inputs declares such a parameter"});
  return out;
}

RuleSource read_template_node(const Document& document, const Node& root, const Node* parameters) {
  arm::Session session;
  GivenParameters given;
  if (parameters != nullptr) {
    const Node* section = parameters->find("parameters");
    given = arm::given_parameters(section != nullptr ? *section : *parameters);
  }
  RuleSource source;
  expand(document, root, std::move(given), session, source);
  return source;
}

}  // namespace nsgcheck::io
