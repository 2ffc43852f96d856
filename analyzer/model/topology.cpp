// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/topology.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/model/resource_lookup.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

/// An id cut into what tells it from others.
struct IdParts {
  ResourcePlace place;
  std::string names;  ///< "vnet/web", as written
};

// What follows "/word/" up to the next slash outside braces, in lower case; what stands for the deployment's own place
// says nothing.
std::string place_segment(std::string_view lower, std::string_view word) {
  const std::size_t at = lower.find(word);
  if (at == std::string_view::npos) return {};
  std::string out;
  int depth = 0;
  for (const char c : lower.substr(at + word.size())) {
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (c == '/' && depth == 0) break;
    out += c;
  }
  return out == "{subscriptionid}" || out == "{resourcegroup}" ? std::string{} : out;
}

Meant same_place(std::string_view a, std::string_view b) {
  if (a == b) return Meant::Surely;
  const auto open = [](std::string_view place) { return place.empty() || place.find('{') != std::string_view::npos; };
  return open(a) || open(b) ? Meant::Perhaps : Meant::No;
}

std::optional<IdParts> parts_of(std::string_view id) {
  constexpr std::string_view kProviders = "/providers/";
  const std::string lower = net::lower(id);
  const std::size_t providers = lower.rfind(kProviders);
  if (providers == std::string::npos) return std::nullopt;
  IdParts parts;
  const std::string_view before = std::string_view{lower}.substr(0, providers + 1);
  parts.place = {place_segment(before, "/resourcegroups/"), place_segment(before, "/subscriptions/")};
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

ResourcePlace place_of(const ResourceHandle& handle) {
  ResourcePlace out{net::lower(handle.group), net::lower(handle.subscription)};
  const auto own = parts_of(handle.id);
  if (own && out.group.empty()) out.group = own->place.group;
  if (own && out.subscription.empty()) out.subscription = own->place.subscription;
  return out;
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
  place_ = std::move(parts->place);
}

Meant ReferenceKey::meant(const ResourceHandle& handle) const {
  if (text_.empty()) return Meant::No;
  if (net::same_word(text_, handle.id) || (!handle.address.empty() && text_ == handle.address)) return Meant::Surely;
  // A name by itself says nothing of the place.
  if (net::same_word(text_, handle.name)) return Meant::Perhaps;
  if (names_.empty() || !net::same_word(names_, handle.name)) return Meant::No;
  const ResourcePlace own = place_of(handle);
  return std::min(same_place(place_.group, own.group), same_place(place_.subscription, own.subscription));
}

bool is_placed(const ResourceHandle& handle) {
  const std::string group = place_of(handle).group;
  return !group.empty() && group.find('{') == std::string::npos;
}

ResourceReference network_reference(const ResourceHandle& place, std::string_view type, std::string_view name) {
  std::string out;
  if (!place.subscription.empty()) out += "/subscriptions/" + place.subscription;
  if (!place.group.empty()) out += "/resourceGroups/" + place.group;
  out += "/providers/Microsoft.Network";
  for (;;) {
    const std::size_t type_end = type.find('/');
    const bool last = type_end == std::string_view::npos;
    std::size_t name_end = last ? std::string_view::npos : 0;
    for (int depth = 0; !last && name_end < name.size() && (name[name_end] != '/' || depth > 0); ++name_end)
      depth += name[name_end] == '{' ? 1 : name[name_end] == '}' ? -1 : 0;
    out += '/';
    out += type.substr(0, type_end);
    out += '/';
    out += name.substr(0, name_end);
    if (last || name_end >= name.size()) return out;
    type.remove_prefix(type_end + 1);
    name.remove_prefix(name_end + 1);
  }
}

ResourceReference whole_in_id(std::string_view id) {
  const std::string names = names_in_id(id);
  if (last_segment(names) == names) return {};
  const std::string_view of_part = id.substr(0, id.size() - last_segment(id).size() - 1);
  return std::string{of_part.substr(0, of_part.size() - last_segment(of_part).size() - 1)};
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
