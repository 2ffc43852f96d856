// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/policy_fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analyzer/model/value_faults.hpp"
#include "analyzer/net/spelling.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::string_view kFieldBlanks = " \t\r\n";

/// The word that was likely meant: at most a third of it differs, or one begins with the other.
std::optional<std::string_view> nearest(std::string_view word, Words allowed) {
  constexpr std::size_t kLongest = 64;
  if (word.size() > kLongest || allowed.empty()) return std::nullopt;
  const auto best = std::min_element(allowed.begin(), allowed.end(), [&](std::string_view a, std::string_view b) {
    return net::edit_distance(word, a) < net::edit_distance(word, b);
  });
  const bool begins = word.size() > 3 && (word.starts_with(*best) || best->starts_with(word));
  if (!begins && net::edit_distance(word, *best) > std::max<std::size_t>(1, best->size() / 3)) return std::nullopt;
  return *best;
}

std::string_view kind_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Array:
      return "a list";
    case Node::Kind::Object:
      return "a mapping";
    case Node::Kind::Null:
      return "empty";
    default:
      return "a value";
  }
}

bool is_scalar(const Node& node) {
  return node.is(Node::Kind::String) || node.is(Node::Kind::Number) || node.is(Node::Kind::Bool);
}

}  // namespace

void PolicyFaults::add(SourceSpan span, std::string message) {
  if (first_ && first_at_ <= span.begin) return;
  first_ = Fault{span, std::move(message)};
  first_at_ = span.begin;
}

void PolicyFaults::add_missing(const Node& mapping, std::string message) {
  if (first_ && first_at_ <= mapping.span.end) return;
  first_ = Fault{mapping.span, std::move(message)};
  first_at_ = mapping.span.end;
}

std::string no_such_word(std::string_view word, std::string_view what, Words allowed) {
  std::string message = fmt::format("{} is no {}", model::quoted(word), what);
  if (const auto near = nearest(word, allowed)) message += fmt::format("; did you mean \"{}\"?", *near);
  return message + fmt::format(" (allowed: {})", fmt::join(allowed, ", "));
}

bool check_keys(const Node& node, std::string_view what, Words allowed, PolicyFaults& faults) {
  if (!node.is(Node::Kind::Object)) {
    faults.add(node.span, fmt::format("{} is {} where a mapping belongs", what, kind_of(node)));
    return false;
  }
  for (const auto& [key, value] : node.members()) {
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end())
      faults.add(value.span, no_such_word(key, fmt::format("key of {}", what), allowed));
  }
  return true;
}

const Node* required(const Node& mapping, std::string_view key, std::string_view what, PolicyFaults& faults) {
  const Node* found = mapping.find(key);
  if (found == nullptr) faults.add_missing(mapping, fmt::format("{} has no \"{}\"", what, key));
  return found;
}

std::string text_of(const Node& node, std::string_view what, PolicyFaults& faults) {
  if (node.is(Node::Kind::Null)) {
    faults.add(node.span, fmt::format("{} is empty", what));
    return {};
  }
  if (!is_scalar(node)) {
    faults.add(node.span, fmt::format("{} is {} where a text belongs", what, kind_of(node)));
    return {};
  }
  const auto begin = node.text.find_first_not_of(kFieldBlanks);
  if (begin == std::string::npos) {
    faults.add(node.span, fmt::format("{} is empty", what));
    return {};
  }
  return node.text.substr(begin, node.text.find_last_not_of(kFieldBlanks) - begin + 1);
}

std::vector<const Node*> scalars_of(const Node& node, std::string_view what, PolicyFaults& faults) {
  std::vector<const Node*> out;
  if (!node.is(Node::Kind::Array)) {
    if (!text_of(node, what, faults).empty()) out.push_back(&node);
    return out;
  }
  if (node.items().empty()) faults.add(node.span, fmt::format("{} is an empty list", what));
  for (const Node& item : node.items())
    if (!text_of(item, what, faults).empty()) out.push_back(&item);
  return out;
}

std::optional<policy::Severity> read_severity(const Node& node, PolicyFaults& faults) {
  std::array<std::string_view, policy::kSeverities.size()> words{};
  std::transform(policy::kSeverities.begin(), policy::kSeverities.end(), words.begin(),
                 [](policy::Severity s) { return policy::name(s); });
  const std::string text = text_of(node, "severity", faults);
  const auto parsed = policy::parse_severity(text);
  if (!parsed && !text.empty()) faults.add(node.span, no_such_word(text, "severity", words));
  return parsed;
}

std::optional<unsigned> parse_count(std::string_view text, unsigned most) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

}  // namespace nsgcheck::io
