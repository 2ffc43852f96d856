// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/address_set.hpp"

namespace nsgcheck::net {
namespace {

// Greedy from the low end: the longest run that starts aligned and stays inside the interval.
template <class Address>
void append_prefixes(const IntervalSet<typename Address::Bits>& set, std::vector<AnyPrefix>& out) {
  using Bits = typename Address::Bits;
  for (const auto& interval : set.intervals()) {
    Bits low = interval.low;
    while (true) {
      int host = 0;
      Bits size_minus_one{0};
      while (host < Address::kWidth) {
        const Bits wider = static_cast<Bits>(size_minus_one << 1 | Bits{1});
        if ((low & wider) != 0 || wider > static_cast<Bits>(interval.high - low)) break;
        size_minus_one = wider;
        ++host;
      }
      out.push_back(*Prefix<Address>::make(Address{low}, Address::kWidth - host));
      const Bits last = static_cast<Bits>(low + size_minus_one);
      if (last == interval.high) break;
      low = static_cast<Bits>(last + 1);
    }
  }
}

}  // namespace

AddressSet AddressSet::any() { return {IntervalSet<Ipv4::Bits>::all(), IntervalSet<Ipv6::Bits>::all()}; }

AddressSet AddressSet::of(const AnyPrefix& prefix) {
  AddressSet set;
  if (const auto* v4 = std::get_if<Prefix4>(&prefix)) set.v4 = IntervalSet<Ipv4::Bits>::range(v4->low(), v4->high());
  if (const auto* v6 = std::get_if<Prefix6>(&prefix)) set.v6 = IntervalSet<Ipv6::Bits>::range(v6->low(), v6->high());
  return set;
}

AddressSet AddressSet::of(const IpAddress& address) {
  AddressSet set;
  if (const auto* v4 = std::get_if<Ipv4>(&address)) set.v4 = IntervalSet<Ipv4::Bits>::range(v4->bits, v4->bits);
  if (const auto* v6 = std::get_if<Ipv6>(&address)) set.v6 = IntervalSet<Ipv6::Bits>::range(v6->bits, v6->bits);
  return set;
}

bool AddressSet::contains(const IpAddress& address) const {
  if (const auto* a = std::get_if<Ipv4>(&address)) return v4.contains(a->bits);
  return v6.contains(std::get<Ipv6>(address).bits);
}

std::vector<AnyPrefix> to_prefixes(const AddressSet& set) {
  std::vector<AnyPrefix> out;
  append_prefixes<Ipv4>(set.v4, out);
  append_prefixes<Ipv6>(set.v6, out);
  return out;
}

std::vector<std::string> to_strings(const AddressSet& set) {
  if (set.is_any()) return {"*"};
  std::vector<std::string> out;
  for (const AnyPrefix& prefix : to_prefixes(set))
    out.push_back(std::visit([](const auto& p) { return to_string(p); }, prefix));
  return out;
}

}  // namespace nsgcheck::net
