// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/net/address.hpp"
#include "analyzer/net/interval_set.hpp"
#include "analyzer/net/prefix.hpp"

namespace nsgcheck::net {

/// A set of addresses, the two families kept apart: `*` holds both, 0.0.0.0/0 only the first (semantics 1).
struct AddressSet {
  IntervalSet<Ipv4::Bits> v4;
  IntervalSet<Ipv6::Bits> v6;

  [[nodiscard]] static AddressSet any();
  [[nodiscard]] static AddressSet of(const AnyPrefix& prefix);
  [[nodiscard]] static AddressSet of(const IpAddress& address);

  [[nodiscard]] bool empty() const { return v4.empty() && v6.empty(); }
  [[nodiscard]] bool is_any() const { return v4.is_all() && v6.is_all(); }
  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] bool covers(const AddressSet& other) const { return v4.covers(other.v4) && v6.covers(other.v6); }
  [[nodiscard]] bool overlaps(const AddressSet& other) const { return v4.overlaps(other.v4) || v6.overlaps(other.v6); }

  friend AddressSet operator|(const AddressSet& a, const AddressSet& b) { return {a.v4 | b.v4, a.v6 | b.v6}; }
  friend AddressSet operator&(const AddressSet& a, const AddressSet& b) { return {a.v4 & b.v4, a.v6 & b.v6}; }
  friend AddressSet operator-(const AddressSet& a, const AddressSet& b) { return {a.v4 - b.v4, a.v6 - b.v6}; }
  friend bool operator==(const AddressSet&, const AddressSet&) = default;
};

/// Fewest prefixes that make up the set, ascending, IPv4 first.
[[nodiscard]] std::vector<AnyPrefix> to_prefixes(const AddressSet& set);

/// The prefixes as text; "*" for both families whole. IPv4 first.
[[nodiscard]] std::vector<std::string> to_strings(const AddressSet& set);

}  // namespace nsgcheck::net
