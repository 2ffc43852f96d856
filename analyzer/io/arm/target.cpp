// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/target.hpp"

#include <algorithm>

#include "analyzer/io/arm/value.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

bool is_open(std::string_view name) { return name.find('{') != std::string_view::npos; }

/// What is known of a name from either end; of a known name all of it.
struct Ends {
  std::string head, tail;
};

Ends ends_of(const std::string& name) {
  if (!is_open(name)) return {name, name};
  return {name.substr(0, name.find('{')), name.substr(name.rfind('}') + 1)};
}

Same same_part(const std::string& a, const std::string& b) {
  if (!a.empty() && !b.empty()) return same_name(a, b);
  if (a.empty() && b.empty()) return Same::Yes;
  return is_open(a.empty() ? b : a) ? Same::Maybe : Same::No;
}

/// What follows "/word/" up to the next slash outside braces, "" when it is not there. `word` is in lower case.
std::string segment(std::string_view id, std::string_view word) {
  const std::string key = '/' + std::string{word} + '/';
  const std::size_t at = net::lower(id).find(key);
  if (at == std::string::npos) return {};
  int depth = 0;
  std::string out;
  for (const char c : id.substr(at + key.size())) {
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (c == '/' && depth == 0) break;
    out += c;
  }
  return out;
}

}  // namespace

Same same_name(std::string_view a, std::string_view b) {
  if (net::same_word(a, b)) return Same::Yes;
  if (!is_open(a) && !is_open(b)) return Same::No;
  const Ends x = ends_of(net::lower(a));
  const Ends y = ends_of(net::lower(b));
  const bool begin = x.head.starts_with(y.head) || y.head.starts_with(x.head);
  const bool end = x.tail.ends_with(y.tail) || y.tail.ends_with(x.tail);
  const bool room = (is_open(a) || x.head.size() >= y.head.size() + y.tail.size()) &&
                    (is_open(b) || y.head.size() >= x.head.size() + x.tail.size());
  return begin && end && room ? Same::Maybe : Same::No;
}

Same same_target(const Target& a, const Target& b) {
  return std::min(same_part(a.subscription, b.subscription), same_part(a.group, b.group));
}

Target target_in_id(std::string_view id, Target target) {
  const std::string subscription = segment(id, "subscriptions");
  const std::string group = segment(id, "resourcegroups");
  if (!subscription.empty() && subscription != kSubscriptionPlaceholder) target.subscription = subscription;
  if (!group.empty() && group != kGroupPlaceholder) target.group = group;
  return target;
}

std::string placed_id(std::string id, const Target& target) {
  const auto fill = [&](std::string_view head, std::string_view placeholder, const std::string& part) {
    const std::size_t at = id.find(std::string{head} + std::string{placeholder} + '/');
    if (!part.empty() && at != std::string::npos) id.replace(at + head.size(), placeholder.size(), part);
  };
  if (!id.starts_with("/subscriptions/")) return id;
  fill("/subscriptions/", kSubscriptionPlaceholder, target.subscription);
  fill("/resourceGroups/", kGroupPlaceholder, target.group);
  return id;
}

std::string nsg_id(const Target& target, std::string_view name) {
  const auto part = [](const std::string& given, std::string_view placeholder) {
    return given.empty() ? std::string{placeholder} : given;
  };
  return "/subscriptions/" + part(target.subscription, kSubscriptionPlaceholder) + "/resourceGroups/" +
         part(target.group, kGroupPlaceholder) + "/providers/Microsoft.Network/networkSecurityGroups/" +
         std::string{name};
}

}  // namespace nsgcheck::io::arm
