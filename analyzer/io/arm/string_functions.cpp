// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <vector>

#include "analyzer/io/arm/functions.hpp"
#include "analyzer/io/arm/text_argument.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

Outcome concat_arrays(Arguments arguments) {
  std::vector<Node> items;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i]->is(Kind::Array)) return wrong_type(arguments, i, "array as the first one");
    items.insert(items.end(), arguments[i]->items().begin(), arguments[i]->items().end());
  }
  return give(array_node(std::move(items)));
}

// Whatever the rest is, it takes nothing away from the lists that are known.
Outcome concat_open(Arguments arguments, const Node& open) {
  std::vector<Node> items;
  for (const Value& list : known_lists(arguments))
    items.insert(items.end(), list->items().begin(), list->items().end());
  return give(open_list(std::move(items), open.why));
}

Outcome concat(Arguments arguments) {
  if (const Node* open = open_argument(arguments)) return concat_open(arguments, *open);
  if (arguments[0]->is(Kind::Array)) return concat_arrays(arguments);
  std::string out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto text = scalar_text(*arguments[i]);
    if (!text) return wrong_type(arguments, i, "string");
    if (!append_bounded(out, *text)) return too_long();
  }
  return give(string_node(std::move(out)));
}

template <char (*fold)(char)>
Outcome change_case(Arguments arguments) {
  if (!arguments[0]->is(Kind::String)) return wrong_type(arguments, 0, "string");
  std::string text = arguments[0]->text;
  if (!is_ascii(text)) return beyond_ascii();
  std::transform(text.begin(), text.end(), text.begin(), fold);
  return give(string_node(std::move(text)));
}

char to_lower(char c) { return net::lower(c); }
char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

Outcome trim(Arguments arguments) {
  if (!arguments[0]->is(Kind::String)) return wrong_type(arguments, 0, "string");
  const std::string& text = arguments[0]->text;
  if (!is_ascii(text)) return beyond_ascii();
  constexpr std::string_view kBlanks = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string::npos) return give(string_node({}));
  return give(string_node(text.substr(first, text.find_last_not_of(kBlanks) - first + 1)));
}

Outcome substring(Arguments arguments) {
  if (!arguments[0]->is(Kind::String)) return wrong_type(arguments, 0, "string");
  const std::string& text = arguments[0]->text;
  if (!is_ascii(text)) return beyond_ascii();
  const auto size = static_cast<std::int64_t>(text.size());
  const auto start = arguments.size() < 2 ? std::optional<std::int64_t>{0} : as_integer(*arguments[1]);
  if (!start) return wrong_type(arguments, 1, "integer");
  if (*start < 0 || *start > size)
    return refuse("a substring cannot start at " + std::to_string(*start) + " of " + std::to_string(size) +
                  " characters");
  const auto length = arguments.size() < 3 ? std::optional{size - *start} : as_integer(*arguments[2]);
  if (!length) return wrong_type(arguments, 2, "integer");
  if (*length < 0 || *length > size - *start)
    return refuse("a substring of " + std::to_string(*length) + " characters does not fit into the text");
  return give(string_node(text.substr(static_cast<std::size_t>(*start), static_cast<std::size_t>(*length))));
}

Outcome replace(Arguments arguments) {
  for (std::size_t i = 0; i < 3; ++i)
    if (!arguments[i]->is(Kind::String)) return wrong_type(arguments, i, "string");
  const std::string_view text = arguments[0]->text;
  const std::string_view from = arguments[1]->text;
  if (from.empty()) return refuse("the text to replace is empty");
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const auto found = text.find(from, at);
    if (!append_bounded(out, text.substr(at, found - at))) return too_long();
    if (found == std::string_view::npos) break;
    if (!append_bounded(out, arguments[2]->text)) return too_long();
    at = found + from.size();
  }
  return give(string_node(std::move(out)));
}

Outcome pad_left(Arguments arguments) {
  const auto text = scalar_text(*arguments[0]);
  if (!text || arguments[0]->is(Kind::Bool)) return wrong_type(arguments, 0, "string or integer");
  if (!is_ascii(*text)) return beyond_ascii();
  const auto width = as_integer(*arguments[1]);
  if (!width) return wrong_type(arguments, 1, "integer");
  std::string fill = " ";
  if (arguments.size() == 3) {
    if (!arguments[2]->is(Kind::String)) return wrong_type(arguments, 2, "string");
    fill = arguments[2]->text;
  }
  if (fill.size() != 1) return refuse("the padding \"" + fill + "\" is not one character");
  if (*width < 0) return refuse("the width " + std::to_string(*width) + " is negative");
  const auto wanted = static_cast<std::uint64_t>(*width);
  if (wanted > kMaxText) return too_long();
  const std::size_t missing = wanted > text->size() ? wanted - text->size() : 0;
  return give(string_node(std::string(missing, fill[0]) + *text));
}

/// The delimiters of split(): a string, or several in an array.
std::optional<std::vector<std::string_view>> delimiters(const Node& node) {
  if (node.is(Kind::String)) return std::vector<std::string_view>{node.text};
  if (!node.is(Kind::Array)) return std::nullopt;
  std::vector<std::string_view> all;
  for (const Node& item : node.items()) {
    if (!item.is(Kind::String)) return std::nullopt;
    all.push_back(item.text);
  }
  return all;
}

Outcome split(Arguments arguments) {
  if (!arguments[0]->is(Kind::String)) return wrong_type(arguments, 0, "string");
  const auto cuts = delimiters(*arguments[1]);
  if (!cuts) return wrong_type(arguments, 1, "string or array of strings");
  const std::string_view text = arguments[0]->text;
  std::vector<Node> parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto here = std::find_if(cuts->begin(), cuts->end(), [&](std::string_view cut) {
      return !cut.empty() && text.substr(at, cut.size()) == cut;
    });
    if (here == cuts->end()) {
      ++at;
      continue;
    }
    parts.push_back(string_node(std::string{text.substr(begin, at - begin)}));
    begin = at += here->size();
  }
  parts.push_back(string_node(std::string{text.substr(begin)}));
  return give(array_node(std::move(parts)));
}

Outcome join(Arguments arguments) {
  if (!arguments[0]->is(Kind::Array)) return wrong_type(arguments, 0, "array");
  if (!arguments[1]->is(Kind::String)) return wrong_type(arguments, 1, "string");
  if (const Node* unknown = find_unknown(*arguments[0])) return give(unknown_node(unknown->why));
  std::string out;
  for (std::size_t i = 0; i < arguments[0]->items().size(); ++i) {
    const Node& item = arguments[0]->items()[i];
    const auto text = scalar_text(item);
    if (!text) return refuse("item " + std::to_string(i) + " is of type " + std::string{type_name(item)});
    if (i > 0 && !append_bounded(out, arguments[1]->text)) return too_long();
    if (!append_bounded(out, *text)) return too_long();
  }
  return give(string_node(std::move(out)));
}

constexpr std::array<Function, 10> kStringFunctions{{
    {"concat", 1, kAnyNumber, concat, OnUnknown::Takes},
    {"format", 1, kAnyNumber, format_text},
    {"join", 2, 2, join},
    {"padleft", 2, 3, pad_left},
    {"replace", 3, 3, replace},
    {"split", 2, 2, split},
    {"substring", 1, 3, substring},
    {"tolower", 1, 1, change_case<to_lower>},
    {"toupper", 1, 1, change_case<to_upper>},
    {"trim", 1, 1, trim},
}};

}  // namespace

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Outcome beyond_ascii() { return give(unknown_node("the text has characters beyond ASCII")); }

tl::unexpected<std::string> too_long() {
  return refuse("the text grows longer than " + std::to_string(kMaxText) + " bytes");
}

std::optional<std::string> scalar_text(const Node& node) {
  if (node.is(Kind::String) || node.is(Kind::Number)) return node.text;
  if (node.is(Kind::Bool)) return std::string{node.boolean ? "True" : "False"};
  return std::nullopt;
}

bool append_bounded(std::string& out, std::string_view part) {
  if (out.size() + part.size() > kMaxText) return false;
  out += part;
  return true;
}

std::span<const Function> string_functions() { return kStringFunctions; }

}  // namespace nsgcheck::io::arm
