// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/net/address_set.hpp"
#include "analyzer/net/prefix.hpp"

namespace nsgcheck::net {

/// Gathers prefixes of both families. The set is made once at the end, since service tags hold thousands.
class PrefixList {
 public:
  void add(const AnyPrefix& prefix);
  [[nodiscard]] AddressSet finish() &&;

 private:
  std::vector<Interval<Ipv4::Bits>> v4_;
  std::vector<Interval<Ipv6::Bits>> v6_;
};

}  // namespace nsgcheck::net
