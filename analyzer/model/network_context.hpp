// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/net/address_set.hpp"

namespace nsgcheck::model {

/// Service tags with data, keyed by lower-case name.
struct ServiceTagTable {
  std::map<std::string, net::AddressSet, std::less<>> prefixes;
};

/// What the verdicts on an NSG depend on besides its rules. Values only; who made them (a deployment file, a template,
/// a service tag file) does not matter here.
struct NetworkContext {
  net::AddressSet virtual_network;
  bool virtual_network_assumed{true};  ///< the private ranges of semantics 2, not a deployment's own
  ServiceTagTable service_tags;
  std::map<std::string, net::AddressSet, std::less<>> asg_members;  ///< by lower-case name
};

/// The host's own address, 168.63.129.16, which belongs to every VirtualNetwork and to no instance (semantics 2).
inline constexpr net::Ipv4 kHostAddress{0xA83F8110};

/// Tags and constants of semantics 2.
[[nodiscard]] net::AddressSet default_virtual_network();
[[nodiscard]] net::AddressSet azure_load_balancer();
/// `Internet` for a given virtual network.
[[nodiscard]] net::AddressSet internet(const net::AddressSet& virtual_network);
[[nodiscard]] NetworkContext default_context();

/// The set of a tag, or empty when the context has no data for it. Takes the classic spellings too
/// (VIRTUAL_NETWORK, INTERNET, AZURE_LOADBALANCER).
[[nodiscard]] std::optional<net::AddressSet> tag_set(std::string_view tag, const NetworkContext& context);

/// True when `inner` is documented to lie inside `outer`: equal names, a regional tag in its parent, any service tag in
/// AzureCloud (semantics 2).
[[nodiscard]] bool tag_within(std::string_view inner, std::string_view outer);

/// A tag in which anybody can rent an address: AzureCloud and its regions.
[[nodiscard]] bool is_rentable(std::string_view tag);

/// A word that can be a service tag: letters, digits, dots and dashes, starting with a letter, no address, and none of
/// the placeholders that people write for "everything" (`any`, `all`, `default`, `string`, ...) (interface 8).
[[nodiscard]] bool is_tag_word(std::string_view text);

}  // namespace nsgcheck::model
