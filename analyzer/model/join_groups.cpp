// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/join_groups.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "analyzer/model/resource_id.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

using ByName = std::unordered_map<std::string, std::vector<std::size_t>>;  // in lower case

ByName whole_groups(const std::vector<Nsg>& nsgs) {
  ByName out;
  for (std::size_t i = 0; i < nsgs.size(); ++i)
    if (!nsgs[i].rest_missing) out[net::lower(nsgs[i].name)].push_back(i);
  return out;
}

bool may_be_one(const Nsg& part, const Nsg& whole) {
  if (!part.span.known() || !whole.span.known() || part.span.document == whole.span.document) return false;
  if (!part.id) return true;
  // A template that puts it elsewhere than where it goes itself: an id with parts in braces.
  const bool elsewhere = part.id->find('{') != std::string::npos;
  if (!whole.id) return !elsewhere;
  if (!elsewhere) return net::same_word(*part.id, *whole.id);
  return id_segment(*part.id, "resourcegroups") == id_segment(*whole.id, "resourcegroups");
}

void take_rules(Nsg& part, Nsg& whole) {
  for (SecurityRule& rule : part.rules) {
    if (rule.origin == Origin::Gap && rule.name == kRestOfGroup) continue;
    if (!rule.name.empty())
      std::erase_if(whole.rules, [&](const SecurityRule& other) { return net::same_word(other.name, rule.name); });
    whole.rules.push_back(std::move(rule));
  }
}

}  // namespace

JoinedGroups join_groups(std::vector<Nsg>& nsgs) {
  JoinedGroups out;
  const ByName whole = whole_groups(nsgs);
  std::vector<Nsg> kept;
  std::vector<std::size_t> target(nsgs.size(), nsgs.size());
  for (std::size_t i = 0; i < nsgs.size(); ++i) {
    const auto named = nsgs[i].rest_missing ? whole.find(net::lower(nsgs[i].name)) : whole.end();
    if (named == whole.end()) continue;
    std::vector<std::size_t> meant;
    for (const std::size_t one : named->second)
      if (may_be_one(nsgs[i], nsgs[one])) meant.push_back(one);
    if (meant.size() == 1) target[i] = meant.front();
  }
  for (std::size_t i = 0; i < nsgs.size(); ++i) {
    if (target[i] == nsgs.size()) continue;
    take_rules(nsgs[i], nsgs[target[i]]);
    out.joined.push_back({i, target[i]});
  }
  for (std::size_t i = 0; i < nsgs.size(); ++i) {
    if (target[i] != nsgs.size()) continue;
    kept.push_back(std::move(nsgs[i]));
    out.kept.push_back(i);
  }
  nsgs = std::move(kept);
  return out;
}

}  // namespace nsgcheck::model
