// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/application_group.hpp"

#include "analyzer/model/resource_id.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

bool both_known_and_differ(const std::string& a, const std::string& b) { return !a.empty() && !b.empty() && a != b; }

}  // namespace

std::string_view group_identity(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '/')) text.remove_suffix(1);
  return text;
}

std::string_view group_name(std::string_view identity) {
  return identity.substr(identity.find_last_of('/') + 1);  // npos + 1 is 0: a bare name
}

std::string short_group(std::string_view identity) {
  const std::string lower = net::lower(identity);
  constexpr std::string_view kGroups = "/resourcegroups/";
  const std::size_t at = lower.find(kGroups);
  std::string name{group_name(identity)};
  if (at == std::string::npos || id_segment(identity, "resourcegroups").empty()) return name;
  const std::size_t begin = at + kGroups.size();
  return std::string{identity.substr(begin, lower.find('/', begin) - begin)} + '/' + name;
}

bool are_different_groups(std::string_view a, std::string_view b) {
  if (!net::same_word(group_name(a), group_name(b))) return true;
  for (const std::string_view word : {"subscriptions", "resourcegroups"})
    if (both_known_and_differ(id_segment(a, word), id_segment(b, word))) return true;
  return false;
}

const net::AddressSet* members_of_group(std::string_view identity, const NetworkContext& context) {
  for (const std::string_view key : {identity, group_name(identity)}) {
    const auto found = context.asg_members.find(net::lower(key));
    if (found != context.asg_members.end()) return &found->second;
  }
  return nullptr;
}

}  // namespace nsgcheck::model
