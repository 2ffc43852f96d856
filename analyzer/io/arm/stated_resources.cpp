// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/stated_resources.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/io/arm/evaluator.hpp"
#include "analyzer/io/arm/target.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

/// What a resource id begins with in the group and subscription of the deployment itself.
std::string own_group() {
  return "/subscriptions/" + std::string{kSubscriptionPlaceholder} + "/resourceGroups/" +
         std::string{kGroupPlaceholder} + "/providers/";
}

/// "a/{b/c}/d" cut at the slashes outside braces.
std::vector<std::string> id_segments(std::string_view text) {
  std::vector<std::string> out(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (c == '/' && depth == 0)
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

/// Type and name of "Namespace/type/name/type/name".
std::pair<std::string, std::string> type_and_name(std::string_view path) {
  const std::vector<std::string> parts = id_segments(path);
  std::string type = parts.front();
  std::string name;
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (i % 2 == 1)
      type += '/' + parts[i];
    else
      name += (name.empty() ? "" : "/") + parts[i];
  return {std::move(type), std::move(name)};
}

bool is_surely_made(const Node& literal, Scope& scope) {
  for (const std::string_view never : {"copy", "scope", "existing"})
    if (literal.find(never) != nullptr) return false;
  const Node* condition = literal.find("condition");
  if (condition == nullptr) return true;
  const Node holds = Evaluator{scope}.evaluate(*condition);
  return holds.is(Kind::Bool) && holds.boolean;
}

}  // namespace

StatedResources::StatedResources(const Node& template_root, Scope& scope) {
  if (const Node* list = template_root.find("resources")) add_list(*list, nullptr, scope);
}

void StatedResources::add_list(const Node& list, const StatedResource* parent, Scope& scope) {
  if (list.is(Kind::Array))
    for (const Node& each : list.items()) add(each, "", parent, scope);
  if (list.is(Kind::Object))
    for (const auto& [key, each] : list.members()) add(each, key, parent, scope);
}

void StatedResources::add(const Node& literal, std::string_view key, const StatedResource* parent, Scope& scope) {
  const Node* type = literal.find("type");
  const Node* name = literal.find("name");
  if (type == nullptr || name == nullptr) return;
  StatedResource one{&literal, std::string{key}, "", Evaluator{scope}.name_of(*name)};
  if (const Node known = Evaluator{scope}.evaluate(*type); known.is(Kind::String)) one.type = known.text;
  const bool relative = one.type.find('.') == std::string::npos;
  if (parent != nullptr && relative) one.type = parent->type + '/' + one.type;
  if (parent != nullptr && id_segments(one.name).size() == 1) one.name = parent->name + '/' + one.name;
  if (const Node* children = literal.find("resources")) add_list(*children, &one, scope);
  all_.push_back(std::move(one));
}

const StatedResource* StatedResources::find(std::string_view target, Scope& scope) const {
  const std::string own = own_group();
  const bool is_id = target.starts_with('/');
  if (is_id && !target.starts_with(own)) return nullptr;
  const auto [type, name] = is_id ? type_and_name(target.substr(own.size())) : std::pair<std::string, std::string>{};
  const StatedResource* found = nullptr;
  const bool has_keys =
      std::any_of(all_.begin(), all_.end(), [](const StatedResource& one) { return !one.key.empty(); });
  for (const StatedResource& one : all_) {
    if (!is_id && has_keys) {
      if (one.key == target) found = &one;
      continue;
    }
    if (one.type.empty()) return nullptr;
    if (is_id && !net::same_word(one.type, type)) continue;
    const Same same = same_name(one.name, is_id ? std::string_view{name} : target);
    if (same == Same::No) continue;
    // Of several that may have the name the template alone does not say which is made.
    if (same == Same::Maybe || found != nullptr) return nullptr;
    found = &one;
  }
  return found != nullptr && is_surely_made(*found->literal, scope) ? found : nullptr;
}

bool StatedResources::may_have_part(const StatedResource& whole, std::string_view part_type) const {
  return std::any_of(all_.begin(), all_.end(), [&](const StatedResource& one) {
    if (one.type.empty()) return true;
    if (!net::same_word(one.type, whole.type + '/' + std::string{part_type})) return false;
    const std::vector<std::string> names = id_segments(one.name);
    const bool whole_in_front = names.size() == id_segments(whole.name).size() + 1;
    if (!whole_in_front) return true;
    return same_name(one.name.substr(0, one.name.size() - names.back().size() - 1), whole.name) != Same::No;
  });
}

std::string stated_id(const StatedResource& resource) {
  const std::vector<std::string> types = id_segments(resource.type);
  const std::vector<std::string> names = id_segments(resource.name);
  std::string id = own_group() + types.front();
  for (std::size_t i = 0; i < names.size() && i + 1 < types.size(); ++i) id += '/' + types[i + 1] + '/' + names[i];
  return id;
}

}  // namespace nsgcheck::io::arm
