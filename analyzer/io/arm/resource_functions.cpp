// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <vector>

#include "analyzer/io/arm/functions.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

std::vector<std::string_view> segments(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const auto slash = text.find('/');
    if (slash != 0) all.push_back(text.substr(0, slash));  // real templates write "Microsoft.Network/routeTables/"
    text = slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1);
  }
  return all;
}

// A place that is not known stands in braces, with the expression that gives it.
bool is_type(const Node& node) {
  return node.is(Kind::String) && !node.text.starts_with('{') && node.text.find('/') != std::string::npos;
}

/// Where the resource type stands: behind at most `most` arguments for subscription and group.
std::optional<std::size_t> type_position(Arguments arguments, std::size_t most) {
  for (std::size_t i = 0; i < arguments.size() && i <= most; ++i)
    if (is_type(*arguments[i])) return i;
  return std::nullopt;
}

/// "providers/Namespace/type/name/type/name" of a type and its names.
Outcome provider_path(const std::string& scope, Arguments arguments) {
  const auto type = segments(arguments[0]->text);
  const Arguments names = arguments.subspan(1);
  if (type.size() != names.size() + 1)
    return refuse("\"" + arguments[0]->text + "\" wants " + std::to_string(type.empty() ? 0 : type.size() - 1) +
                  " names, not " + std::to_string(names.size()));
  std::string id = scope + "/providers/" + std::string{type[0]};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i]->is(Kind::Unknown)) return give(unknown_node(names[i]->why));
    if (!names[i]->is(Kind::String)) return wrong_type(arguments, i + 1, "string");
    id += '/' + std::string{type[i + 1]} + '/' + names[i]->text;
  }
  return give(string_node(std::move(id)));
}

/// A known string, else the placeholder: names and types tell resources apart, not where they are deployed.
std::string text_or(const Value& value, std::string_view placeholder) {
  return value->is(Kind::String) ? value->text : std::string{placeholder};
}

Outcome missing_type(Arguments arguments) {
  for (const Value& argument : arguments)
    if (argument->is(Kind::Unknown)) return give(unknown_node(argument->why));
  return refuse("no argument is a resource type such as \"Microsoft.Network/networkSecurityGroups\"");
}

Outcome resource_id(Arguments arguments) {
  const auto type = type_position(arguments, 2);
  if (!type) return missing_type(arguments);
  std::string subscription{kSubscriptionPlaceholder};
  std::string group{kGroupPlaceholder};
  if (*type == 2) subscription = text_or(arguments[0], subscription);
  if (*type > 0) group = text_or(arguments[*type - 1], group);
  return provider_path("/subscriptions/" + subscription + "/resourceGroups/" + group, arguments.subspan(*type));
}

Outcome subscription_resource_id(Arguments arguments) {
  const auto type = type_position(arguments, 1);
  if (!type) return missing_type(arguments);
  const std::string subscription =
      *type == 1 ? text_or(arguments[0], kSubscriptionPlaceholder) : std::string{kSubscriptionPlaceholder};
  return provider_path("/subscriptions/" + subscription, arguments.subspan(*type));
}

Outcome tenant_resource_id(Arguments arguments) {
  const auto type = type_position(arguments, 0);
  return type ? provider_path("", arguments) : missing_type(arguments);
}

Outcome extension_resource_id(Arguments arguments) {
  if (arguments[0]->is(Kind::Unknown)) return arguments[0];
  if (!arguments[0]->is(Kind::String)) return wrong_type(arguments, 0, "string");
  const Arguments rest = arguments.subspan(1);
  return type_position(rest, 0) ? provider_path(arguments[0]->text, rest) : missing_type(rest);
}

constexpr std::array<Function, 4> kResourceFunctions{{
    {"extensionresourceid", 3, kAnyNumber, extension_resource_id, OnUnknown::Takes},
    {"resourceid", 2, kAnyNumber, resource_id, OnUnknown::Takes},
    {"subscriptionresourceid", 2, kAnyNumber, subscription_resource_id, OnUnknown::Takes},
    {"tenantresourceid", 2, kAnyNumber, tenant_resource_id, OnUnknown::Takes},
}};

}  // namespace

std::span<const Function> resource_functions() { return kResourceFunctions; }

}  // namespace nsgcheck::io::arm
