// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analyzer/net/five_tuple.hpp"
#include "tests/bench/flat_rules.hpp"

namespace nsgcheck::bench {

enum class AclWay { Sse, Avx2 };

/// The classifier of DPDK (rte_acl), IPv4 only, without huge pages. Lists are multiplied out, which is all that it
/// takes.
class Acl {
 public:
  explicit Acl(const std::vector<FlatRule>& rules);
  ~Acl();
  Acl(const Acl&) = delete;
  Acl& operator=(const Acl&) = delete;
  /// How many rules of one box each it holds.
  [[nodiscard]] std::size_t boxes() const;
  /// Makes the packets as rte_acl reads them, once.
  void take(std::span<const net::FiveTuple> packets);
  /// A verdict for each packet taken: 1 allowed, 0 denied.
  void classify(AclWay way, std::span<std::uint8_t> verdicts) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace nsgcheck::bench
