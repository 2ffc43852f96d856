// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/node.hpp"
#include "analyzer/model/topology.hpp"

namespace nsgcheck::io {

/// A member of a resource: inside `properties`, else beside it. Null when it is not there, or null.
[[nodiscard]] const Node* property(const Node& resource, std::string_view name);
/// Its text (of a string or a number), "" when there is none.
[[nodiscard]] std::string property_text(const Node& resource, std::string_view name);
/// `{"id": ...}` or a bare text: the reference, "" for none.
[[nodiscard]] model::ResourceReference reference_in(const Node* node);
/// The prefixes of a text or a list of texts; what is no prefix before deployment sets `unknown`.
void add_prefixes(const Node* node, std::vector<net::AnyPrefix>& prefixes, bool& unknown);
[[nodiscard]] std::optional<net::Port> port_in(const Node* node);
/// A whole number, as a number or as text.
[[nodiscard]] std::optional<std::int64_t> number_in(const Node* node);
/// Of a resource's `sku`: an object with `name`, or the name.
[[nodiscard]] model::Sku sku_of(const Node& resource);

/// Calls `use` with each item of a list; a lone object counts as a list of one.
template <class Use>
void for_each_item(const Node* list, Use use) {
  if (list == nullptr) return;
  if (list->is(Node::Kind::Object)) return use(*list);
  for (const Node& item : list->items()) use(item);
}

}  // namespace nsgcheck::io
