// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/topology_fields.hpp"

#include <charconv>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

template <class Number>
std::optional<Number> whole_number(const Node* node) {
  if (node == nullptr) return std::nullopt;
  Number number{};
  const char* const end = node->text.data() + node->text.size();
  const auto [stop, error] = std::from_chars(node->text.data(), end, number);
  return error == std::errc{} && stop == end && !node->text.empty() ? std::optional{number} : std::nullopt;
}

}  // namespace

const Node* property(const Node& resource, std::string_view name) {
  const Node* found = resource.at({"properties", name});
  if (found == nullptr) found = resource.find(name);
  return found == nullptr || found->is(Node::Kind::Null) ? nullptr : found;
}

std::string property_text(const Node& resource, std::string_view name) {
  const Node* found = property(resource, name);
  const bool text = found != nullptr && (found->is(Node::Kind::String) || found->is(Node::Kind::Number));
  return text ? found->text : std::string{};
}

model::ResourceReference reference_in(const Node* node) {
  if (node == nullptr) return {};
  if (node->is(Node::Kind::Object)) return reference_in(node->find("id"));
  return node->is(Node::Kind::Array) || node->is(Node::Kind::Null) ? std::string{} : node->text;
}

void add_prefixes(const Node* node, std::vector<net::AnyPrefix>& prefixes, bool& unknown) {
  if (node == nullptr || node->is(Node::Kind::Null)) return;
  if (node->is(Node::Kind::Array)) {
    for (const Node& item : node->items()) add_prefixes(&item, prefixes, unknown);
    return;
  }
  const auto parsed = net::parse_prefix(node->text);
  if (node->is(Node::Kind::String) && parsed) {
    prefixes.push_back(parsed->prefix);
  } else {
    unknown = true;
  }
}

std::optional<net::Port> port_in(const Node* node) { return whole_number<net::Port>(node); }

std::optional<std::int64_t> number_in(const Node* node) { return whole_number<std::int64_t>(node); }

model::Sku sku_of(const Node& resource) {
  const Node* sku = resource.find("sku");
  if (sku != nullptr && sku->is(Node::Kind::Object)) sku = sku->find("name");
  if (sku == nullptr || sku->is(Node::Kind::Null)) return model::Sku::NotGiven;
  if (!sku->is(Node::Kind::String)) return model::Sku::Unknown;
  if (net::same_word(sku->text, "Standard")) return model::Sku::Standard;
  return net::same_word(sku->text, "Basic") ? model::Sku::Basic : model::Sku::Unknown;
}

}  // namespace nsgcheck::io
