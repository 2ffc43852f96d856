// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/topology.hpp"

#include <utility>

#include "analyzer/model/resource_id.hpp"
#include "analyzer/model/resource_lookup.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

/// An id cut into what tells it from others.
struct IdParts {
  std::string group;  ///< resource group, lower case; "" unknown
  std::string names;  ///< "vnet/web", as written
};

std::optional<IdParts> parts_of(std::string_view id) {
  constexpr std::string_view kProviders = "/providers/";
  const std::string lower = net::lower(id);
  const std::size_t providers = lower.rfind(kProviders);
  if (providers == std::string::npos) return std::nullopt;
  IdParts parts;
  parts.group = id_segment(id.substr(0, providers + 1), "resourcegroups");
  // namespace/type/name/type/name; a name in braces may hold slashes of its own.
  std::size_t segment = 0;
  int depth = 0;
  for (const char c : id.substr(providers + kProviders.size())) {
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (c == '/' && depth == 0) {
      ++segment;
      if (segment % 2 == 0 && !parts.names.empty()) parts.names += '/';
    } else if (segment != 0 && segment % 2 == 0) {
      parts.names += c;
    }
  }
  return parts;
}

template <class T>
void add_all(std::vector<T>& to, std::vector<T>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

std::string_view last_segment(std::string_view reference) {
  int depth = 0;
  for (std::size_t i = reference.size(); i-- > 0;) {
    if (reference[i] == '}') ++depth;
    if (reference[i] == '{') --depth;
    if (reference[i] == '/' && depth == 0) return reference.substr(i + 1);
  }
  return reference;
}

std::string names_in_id(std::string_view id) {
  const auto parts = parts_of(id);
  return parts ? parts->names : std::string{};
}

ReferenceKey::ReferenceKey(std::string_view reference) : text_{reference} {
  auto parts = parts_of(reference);
  if (!parts) return;
  names_ = std::move(parts->names);
  group_ = std::move(parts->group);
}

bool ReferenceKey::means(const ResourceHandle& handle) const {
  if (text_.empty()) return false;
  if (net::same_word(text_, handle.id) || net::same_word(text_, handle.name)) return true;
  if (!handle.address.empty() && text_ == handle.address) return true;
  if (names_.empty() || !net::same_word(names_, handle.name)) return false;
  if (group_.empty()) return true;
  const auto own = parts_of(handle.id);
  return !own || own->group.empty() || own->group == group_;
}

bool means(std::string_view reference, const ResourceHandle& handle) { return ReferenceKey{reference}.means(handle); }

std::vector<std::string> lookup_keys(const ResourceHandle& handle) {
  std::vector<std::string> out;
  for (const std::string* text : {&handle.name, &handle.id, &handle.address})
    if (!text->empty()) out.push_back(net::lower(*text));
  return out;
}

std::vector<std::string> lookup_keys(std::string_view reference) {
  std::vector<std::string> out;
  if (!reference.empty()) out.push_back(net::lower(reference));
  if (std::string names = net::lower(names_in_id(reference)); !names.empty()) out.push_back(std::move(names));
  return out;
}

void Topology::append(Topology other) {
  add_all(networks, std::move(other.networks));
  add_all(subnets, std::move(other.subnets));
  add_all(peerings, std::move(other.peerings));
  add_all(nics, std::move(other.nics));
  add_all(public_addresses, std::move(other.public_addresses));
  add_all(balancers, std::move(other.balancers));
  add_all(route_tables, std::move(other.route_tables));
  add_all(subnet_nsgs, std::move(other.subnet_nsgs));
  add_all(nic_nsgs, std::move(other.nic_nsgs));
  add_all(subnet_routes, std::move(other.subnet_routes));
  add_all(nic_asgs, std::move(other.nic_asgs));
  add_all(nic_addresses, std::move(other.nic_addresses));
  add_all(pool_members, std::move(other.pool_members));
  add_all(nic_pools, std::move(other.nic_pools));
  add_all(nic_nat_rules, std::move(other.nic_nat_rules));
}

}  // namespace nsgcheck::model
