// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "analyzer/io/arm/functions.hpp"
#include "analyzer/io/arm/text_argument.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

/// Text and searched text in lower case: these functions compare without regard to case.
struct Search {
  std::string text;
  std::string wanted;
};

tl::expected<Search, Outcome> search_of(Arguments arguments) {
  for (std::size_t i = 0; i < 2; ++i) {
    if (!arguments[i]->is(Kind::String)) return tl::unexpected(Outcome{wrong_type(arguments, i, "string")});
    if (!is_ascii(arguments[i]->text)) return tl::unexpected(beyond_ascii());
  }
  return Search{net::lower(arguments[0]->text), net::lower(arguments[1]->text)};
}

std::int64_t position(std::size_t found) { return found == std::string::npos ? -1 : static_cast<std::int64_t>(found); }

/// The place of an item in an array, first or last. Unknown items before the answer keep it open.
Outcome index_in_array(const Node& array, const Node& item, bool last) {
  const std::size_t size = array.items().size();
  for (std::size_t step = 0; step < size; ++step) {
    const std::size_t i = last ? size - 1 - step : step;
    const auto same = equal_value(array.items()[i], item);
    if (!same) return give(unknown_node("item " + std::to_string(i) + " of the array is not known"));
    if (*same) return give(integer_node(static_cast<std::int64_t>(i)));
  }
  return give(integer_node(-1));
}

Outcome index_of(Arguments arguments) {
  if (arguments[0]->is(Kind::Array)) return index_in_array(*arguments[0], *arguments[1], false);
  const auto search = search_of(arguments);
  if (!search) return search.error();
  return give(integer_node(position(search->text.find(search->wanted))));
}

Outcome last_index_of(Arguments arguments) {
  if (arguments[0]->is(Kind::Array)) return index_in_array(*arguments[0], *arguments[1], true);
  const auto search = search_of(arguments);
  if (!search) return search.error();
  return give(integer_node(position(search->text.rfind(search->wanted))));
}

Outcome starts_with(Arguments arguments) {
  const auto search = search_of(arguments);
  if (!search) return search.error();
  return give(bool_node(search->text.starts_with(search->wanted)));
}

Outcome ends_with(Arguments arguments) {
  const auto search = search_of(arguments);
  if (!search) return search.error();
  return give(bool_node(search->text.ends_with(search->wanted)));
}

constexpr std::array<Function, 4> kTextSearchFunctions{{
    {"endswith", 2, 2, ends_with},
    {"indexof", 2, 2, index_of},
    {"lastindexof", 2, 2, last_index_of},
    {"startswith", 2, 2, starts_with},
}};

}  // namespace

std::span<const Function> text_search_functions() { return kTextSearchFunctions; }

}  // namespace nsgcheck::io::arm
