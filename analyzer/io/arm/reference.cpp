// SPDX-License-Identifier: Apache-2.0
// What reference() gives as far as the template itself states it.
#include <algorithm>
#include <array>

#include "analyzer/io/arm/evaluator.hpp"
#include "analyzer/io/arm/resources.hpp"
#include "analyzer/io/arm/stated_resources.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

/// The call that members and indexes are taken of.
const Expression& root_of(const Expression& chain) {
  const Expression* root = &chain;
  while (root->kind == Expression::Kind::Member || root->kind == Expression::Kind::Index) root = &root->children[0];
  return *root;
}

/// Azure keeps what is written in resources of these types as it is.
bool keeps_properties(std::string_view type) {
  constexpr std::array kKept{ResourceKind::Nsg,    ResourceKind::Rule, ResourceKind::Network,
                             ResourceKind::Subnet, ResourceKind::Nic,  ResourceKind::NetworkPart};
  return std::find(kKept.begin(), kKept.end(), kind_of(type)) != kKept.end();
}

/// Azure fills these in, whatever is written.
bool is_filled_in(std::string_view property) {
  constexpr std::array<std::string_view, 6> kFilledIn{"provisioningState", "resourceGuid", "etag",
                                                      "ipAddress",         "fqdn",         "macAddress"};
  return std::any_of(kFilledIn.begin(), kFilledIn.end(),
                     [&](std::string_view one) { return net::same_word(one, property); });
}

/// Lists whose items are resources with an id of their own, and no other items than are written.
bool holds_parts(std::string_view list) {
  constexpr std::array<std::string_view, 9> kLists{"subnets",
                                                   "ipConfigurations",
                                                   "securityRules",
                                                   "frontendIPConfigurations",
                                                   "backendAddressPools",
                                                   "probes",
                                                   "inboundNatRules",
                                                   "loadBalancingRules",
                                                   "routes"};
  return std::any_of(kLists.begin(), kLists.end(), [&](std::string_view one) { return net::same_word(one, list); });
}

bool is_scalar(const Node& node) { return node.is(Kind::String) || node.is(Kind::Number) || node.is(Kind::Bool); }

/// Objects would lack what Azure adds.
bool is_whole(const Node& node) {
  return is_scalar(node) || (node.is(Kind::Array) && std::all_of(node.items().begin(), node.items().end(), is_scalar));
}

bool is_static(const Node& holder, Evaluator& evaluator) {
  const Node* method = holder.find("privateIPAllocationMethod");
  return method != nullptr && net::same_word(evaluator.evaluate(*method).text, "Static");
}

/// The member of an object as it is written, made by its loop where one makes it; Null when it is not there.
Node written_member(const Node& object, std::string_view name, Evaluator& evaluator) {
  if (const Node* loops = object.find("copy"); loops != nullptr && is_loop_list(*loops))
    for (const Node& loop : loops->items())
      if (net::same_word(loop.find("name")->text, name)) return evaluator.evaluate_loop(loop);
  const Node* found = object.find(name);
  return found == nullptr ? Node{} : *found;
}

}  // namespace

bool Evaluator::is_reference(const Expression& chain) {
  const Expression& root = root_of(chain);
  return root.kind == Expression::Kind::Call && net::same_word(root.text, "reference") && !root.children.empty() &&
         root.children.size() <= 3;
}

std::optional<std::vector<Node>> Evaluator::steps_of(const Expression& chain) {
  std::vector<Node> steps;
  for (const Expression* at = &chain; at->kind != Expression::Kind::Call; at = &at->children[0]) {
    if (at->kind == Expression::Kind::Member) {
      steps.push_back(string_node(at->text));
      continue;
    }
    const Value key = evaluate(at->children[1]);
    if (!key->is(Kind::String) && !as_integer(*key)) return std::nullopt;
    steps.push_back(*key);
  }
  std::reverse(steps.begin(), steps.end());
  const Expression& root = root_of(chain);
  if (root.children.size() < 3) return steps;
  // The whole resource, with its properties in it.
  const Value full = evaluate(root.children[2]);
  const bool properties = !steps.empty() && net::same_word(steps.front().text, "properties");
  if (!full->is(Kind::String) || !net::same_word(full->text, "Full") || !properties) return std::nullopt;
  steps.erase(steps.begin());
  return steps;
}

std::optional<Node> Evaluator::stated(const Expression& chain, bool as_name) {
  if (!is_reference(chain)) return std::nullopt;
  const auto steps = steps_of(chain);
  const StatedResources* resources = steps && !steps->empty() ? scope_.begin_stating() : nullptr;
  if (resources == nullptr) return std::nullopt;
  std::optional<Node> out;
  const StatedResource* resource = resources->find(symbol(root_of(chain).children[0]), scope_);
  const bool is_part_list = steps->size() > 1 && holds_parts(steps->front().text);
  // What resources of their own add has no place in the list that is known before.
  if (resource != nullptr && keeps_properties(resource->type) &&
      !(is_part_list && resources->may_have_part(*resource, steps->front().text)))
    out = stated_part(*resource, *steps, as_name);
  scope_.end_stating();
  return out;
}

std::optional<Node> Evaluator::stated_part(const StatedResource& resource, const std::vector<Node>& steps,
                                           bool as_name) {
  Evaluator inside{scope_};
  const Node* properties = resource.literal->find("properties");
  if (properties == nullptr) return std::nullopt;
  Node at = *properties;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Node& step = steps[i];
    if (at.is(Kind::String) && is_expression(at.text)) at = inside.evaluate(at);
    if (at.is(Kind::Unknown)) return unknown_node(at.why);
    if (const auto number = as_integer(step); number && at.is(Kind::Array)) {
      if (*number < 0 || *number >= static_cast<std::int64_t>(at.items().size())) return std::nullopt;
      at = Node{at.items()[static_cast<std::size_t>(*number)]};
      continue;
    }
    if (!step.is(Kind::String) || !at.is(Kind::Object) || is_filled_in(step.text)) return std::nullopt;
    const bool of_part = i == 2 && holds_parts(steps[0].text);
    if (of_part && net::same_word(step.text, "id") && steps.size() == 3)
      return part_id(resource, steps[0].text, at, as_name);
    if (net::same_word(step.text, "privateIPAddress") && !is_static(at, inside)) return std::nullopt;
    at = written_member(at, step.text, inside);
  }
  at = as_name ? inside.evaluate_names(at) : inside.evaluate(at);
  if (at.is(Kind::Unknown)) return unknown_node(at.why);
  if (!is_whole(at)) return std::nullopt;
  return at;
}

std::optional<Node> Evaluator::part_id(const StatedResource& resource, const std::string& list, const Node& part,
                                       bool as_name) {
  const Node* written = part.find("name");
  const Node* whole = resource.literal->find("name");
  if (written == nullptr || whole == nullptr) return std::nullopt;
  if (!as_name)
    for (const Node* name : {whole, written}) {
      const Node known = Evaluator{scope_}.evaluate(*name);
      if (known.is(Kind::Unknown)) return unknown_node(known.why);
    }
  return string_node(stated_id(resource) + '/' + list + '/' + Evaluator{scope_}.name_of(*written));
}

}  // namespace nsgcheck::io::arm
