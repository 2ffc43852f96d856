// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/form.hpp"
#include "analyzer/model/value_faults.hpp"
#include "analyzer/net/prefix.hpp"
#include "analyzer/net/prefix_list.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

const Node* values_of(const Node& root) {
  const Node* values = list_of(root, "values");
  const bool right = values != nullptr && !values->items().empty() &&
                     values->items().front().at({"properties", "addressPrefixes"}) != nullptr;
  return right ? values : nullptr;
}

/// The set of one tag's prefixes; put together in one step, as AzureCloud has thousands.
tl::expected<net::AddressSet, Diagnostic> read_prefixes(const Document& document, const Node& prefixes) {
  net::PrefixList list;
  for (const Node& entry : prefixes.items()) {
    const auto parsed = entry.is(Node::Kind::String) ? net::parse_prefix(entry.text) : std::nullopt;
    if (!parsed) {
      return tl::unexpected(
          diagnostic_at(document, entry.span, fmt::format("{} is no address prefix", model::quoted(entry.text))));
    }
    list.add(parsed->prefix);
  }
  return std::move(list).finish();
}

}  // namespace

bool is_service_tag_file(const Node& root) { return values_of(root) != nullptr; }

tl::expected<model::ServiceTagTable, Diagnostic> read_service_tags(const Document& document) {
  const Node* values = values_of(document.root);
  if (values == nullptr) {
    return tl::unexpected(diagnostic_at(document, document.root.span,
                                        "no service tag file: no values[].properties.addressPrefixes in it"));
  }
  model::ServiceTagTable table;
  for (const Node& value : values->items()) {
    const std::string_view name = text_of(value, "name");
    const Node* prefixes = value.at({"properties", "addressPrefixes"});
    if (name.empty() || prefixes == nullptr || !prefixes->is(Node::Kind::Array)) {
      return tl::unexpected(diagnostic_at(document, value.span, "a service tag without name or addressPrefixes"));
    }
    auto set = read_prefixes(document, *prefixes);
    if (!set) return tl::unexpected(std::move(set.error()));
    net::AddressSet& known = table.prefixes[net::lower(name)];
    known = known | *set;
  }
  return table;
}

}  // namespace nsgcheck::io
