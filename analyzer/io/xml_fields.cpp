// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/xml_fields.hpp"

#include <fmt/format.h>

#include <charconv>

#include "analyzer/net/prefix.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {

void XmlFields::fault(const Node& node, std::string message) {
  errors_.push_back({document_.file, position_of(document_, node.span), std::move(message)});
}

model::Doubt XmlFields::unread(const Node& node, std::string_view what) {
  return {fmt::format("{} cannot be read", what), model::Reason::InvalidRule, node.span};
}

void XmlFields::each(const Node& element, std::string_view name, const std::function<void(const Node&)>& visit) {
  for (const auto& [key, child] : element.members())
    if (net::same_word(key, name)) visit(child);
}

void XmlFields::each_in(const Node& element, std::string_view list, std::string_view name,
                        const std::function<void(const Node&)>& visit) {
  each(element, list, [&](const Node& found) { each(found, name, visit); });
}

const Node* XmlFields::attribute(const Node& element, std::string_view name) {
  return element.find('@' + std::string{name});
}

std::string XmlFields::text(const Node& element, std::string_view name) {
  const Node* found = attribute(element, name);
  return found == nullptr ? "" : found->text;
}

std::string XmlFields::child_text(const Node& element, std::string_view name) {
  const Node* found = element.find(name);
  return found == nullptr ? "" : found->text;
}

std::string XmlFields::needed(const Node& element, std::string_view name, std::string_view what) {
  std::string out = text(element, name);
  if (out.empty()) fault(element, fmt::format("{} has an attribute \"{}\"", what, name));
  return out;
}

std::optional<std::int64_t> XmlFields::number(const Node& node, std::string_view called, std::int64_t low,
                                              std::int64_t high) {
  std::int64_t value = 0;
  const char* stop = node.text.data() + node.text.size();
  const auto [end, error] = std::from_chars(node.text.data(), stop, value);
  if (error == std::errc{} && end == stop && value >= low && value <= high) return value;
  fault(node, fmt::format("\"{}\" is \"{}\", not a whole number from {} to {}", called, node.text, low, high));
  return std::nullopt;
}

std::optional<net::Port> XmlFields::port(const Node& node, std::string_view called) {
  const auto value = number(node, called, 1, net::kAxisEnd<net::Port>);
  return value ? std::optional{static_cast<net::Port>(*value)} : std::nullopt;
}

std::optional<net::IpAddress> XmlFields::address(const Node& node, std::string_view text) {
  const auto parsed = net::parse_address(text);
  if (!parsed) fault(node, fmt::format("\"{}\" is no address", text));
  return parsed;
}

}  // namespace nsgcheck::io
