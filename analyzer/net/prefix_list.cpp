// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/prefix_list.hpp"

#include <utility>

namespace nsgcheck::net {

void PrefixList::add(const AnyPrefix& prefix) {
  if (const auto* v4 = std::get_if<Prefix4>(&prefix)) v4_.push_back({v4->low(), v4->high()});
  if (const auto* v6 = std::get_if<Prefix6>(&prefix)) v6_.push_back({v6->low(), v6->high()});
}

AddressSet PrefixList::finish() && {
  return {IntervalSet<Ipv4::Bits>::from(std::move(v4_)), IntervalSet<Ipv6::Bits>::from(std::move(v6_))};
}

}  // namespace nsgcheck::net
