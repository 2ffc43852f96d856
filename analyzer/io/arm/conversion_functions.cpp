// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <vector>

#include "analyzer/certificate/base64.hpp"
#include "analyzer/io/arm/functions.hpp"
#include "analyzer/io/arm/text_argument.hpp"
#include "analyzer/io/document.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

Outcome base64(Arguments arguments) {
  if (!arguments[0]->is(Kind::String)) return wrong_type(arguments, 0, "string");
  return give(string_node(certificate::encode_base64(arguments[0]->text)));
}

Outcome base64_to_string(Arguments arguments) {
  if (!arguments[0]->is(Kind::String)) return wrong_type(arguments, 0, "string");
  const auto bytes = certificate::decode_base64(arguments[0]->text);
  if (!bytes) return refuse("\"" + arguments[0]->text + "\" is no base64: " + bytes.error().message);
  auto text = decode_text(*bytes);
  if (!text) return refuse("the decoded bytes are no text: " + text.error());
  return give(string_node(std::move(*text)));
}

Outcome json_of(std::string_view text) {
  // The spans of what json() makes lie in no input.
  auto document = parse_json("json()", text, SourceSpan::kNowhere);
  if (!document) return refuse("the text is no JSON: " + document.error().message);
  return give(std::move(document->root));
}

Outcome json(Arguments arguments) {
  if (!arguments[0]->is(Kind::String)) return wrong_type(arguments, 0, "string");
  return json_of(arguments[0]->text);
}

Outcome base64_to_json(Arguments arguments) {
  const Outcome text = base64_to_string(arguments);
  return text ? json_of((*text)->text) : text;
}

Outcome to_text(Arguments arguments) {
  const Node& node = *arguments[0];
  if (auto text = scalar_text(node)) return give(string_node(std::move(*text)));
  if (node.is(Kind::Null)) return wrong_type(arguments, 0, "string, integer, boolean, array or object");
  if (const Node* unknown = find_unknown(node)) return give(unknown_node(unknown->why));
  std::string text = json_text(node);
  if (text.size() > kMaxText) return too_long();
  return give(string_node(std::move(text)));
}

Outcome to_integer(Arguments arguments) {
  Node number = *arguments[0];
  if (number.is(Kind::String)) number.kind = Kind::Number;
  const auto value = as_integer(number);
  if (!value) return refuse("\"" + arguments[0]->text + "\" is no integer");
  return give(integer_node(*value));
}

Outcome to_bool(Arguments arguments) {
  const Node& node = *arguments[0];
  if (node.is(Kind::Bool)) return arguments[0];
  if (const auto number = as_integer(node)) return give(bool_node(*number != 0));
  if (node.is(Kind::String) && net::same_word(node.text, "true")) return give(bool_node(true));
  if (node.is(Kind::String) && net::same_word(node.text, "false")) return give(bool_node(false));
  return refuse("\"" + node.text + "\" is neither true nor false");
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

Outcome uri_component(Arguments arguments) {
  if (!arguments[0]->is(Kind::String)) return wrong_type(arguments, 0, "string");
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : arguments[0]->text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(c))
      out += c;
    else
      out.append({'%', kHex[byte >> 4], kHex[byte & 0xF]});
  }
  return give(string_node(std::move(out)));
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  const char small = net::lower(c);
  if (small >= 'a' && small <= 'f') return static_cast<unsigned>(small - 'a' + 10);
  return std::nullopt;
}

Outcome uri_component_to_string(Arguments arguments) {
  if (!arguments[0]->is(Kind::String)) return wrong_type(arguments, 0, "string");
  const std::string& text = arguments[0]->text;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
    out += low ? static_cast<char>(*high << 4 | *low) : text[i];
    if (low) i += 2;
  }
  auto decoded = decode_text(out);
  if (!decoded) return refuse("the decoded bytes are no text: " + decoded.error());
  return give(string_node(std::move(*decoded)));
}

/// Base without its last path segment, then the relative part; the documentation's three cases.
Outcome uri(Arguments arguments) {
  for (std::size_t i = 0; i < 2; ++i)
    if (!arguments[i]->is(Kind::String)) return wrong_type(arguments, i, "string");
  std::string base = arguments[0]->text;
  std::string_view relative = arguments[1]->text;
  const auto scheme = base.find("//");
  if (scheme == std::string::npos) return refuse("\"" + base + "\" is no absolute URI");
  if (relative.find("//") != std::string_view::npos) return give(string_node(std::string{relative}));
  const auto path = base.find('/', scheme + 2);
  if (path == std::string::npos)
    base += '/';
  else if (!relative.empty() && relative[0] == '/')
    base.erase(path + 1);
  else
    base.erase(base.rfind('/') + 1);
  if (!relative.empty() && relative[0] == '/') relative.remove_prefix(1);
  return give(string_node(base + std::string{relative}));
}

constexpr std::array<Function, 10> kConversionFunctions{{
    {"base64", 1, 1, base64},
    {"base64tojson", 1, 1, base64_to_json},
    {"base64tostring", 1, 1, base64_to_string},
    {"bool", 1, 1, to_bool},
    {"int", 1, 1, to_integer},
    {"json", 1, 1, json},
    {"string", 1, 1, to_text},
    {"uri", 2, 2, uri},
    {"uricomponent", 1, 1, uri_component},
    {"uricomponenttostring", 1, 1, uri_component_to_string},
}};

}  // namespace

std::span<const Function> conversion_functions() { return kConversionFunctions; }

}  // namespace nsgcheck::io::arm
