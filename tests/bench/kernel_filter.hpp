// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analyzer/net/five_tuple.hpp"
#include "tests/bench/flat_rules.hpp"

namespace nsgcheck::bench {

/// nftables of the running kernel on an interface of its own that leads nowhere. Needs a network namespace in which
/// this process may do so (`unshare -Urn`) and the program nft.
class KernelFilter {
 public:
  /// Throws std::runtime_error with what nft, ip or the kernel said.
  KernelFilter();
  ~KernelFilter();
  KernelFilter(const KernelFilter&) = delete;
  KernelFilter& operator=(const KernelFilter&) = delete;
  /// Replaces the rules; lists become sets of intervals, as people write them. No rules: everything passes.
  void load(const std::vector<FlatRule>& rules);
  /// Makes the frames, once.
  void take(std::span<const net::FiveTuple> packets);
  /// Sends what was taken through the rules and gives how many passed.
  [[nodiscard]] std::size_t send() const;

 private:
  [[nodiscard]] std::size_t passed() const;

  int socket_{-1};
  std::vector<std::string> frames_;
};

}  // namespace nsgcheck::bench
