// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "analyzer/engine/rule_space.hpp"
#include "analyzer/engine/space.hpp"

namespace nsgcheck::engine {

/// The four spaces of all flows that there are, without their family types, for questions about rules. What one space
/// proves holds in it only.
class AllSpaces {
 public:
  static constexpr std::size_t kCount = 4;

  /// `budget`: comparisons for all questions together. REQUIRES: the filter outlives this.
  AllSpaces(const Filter& filter, std::size_t budget);
  AllSpaces(const AllSpaces&) = delete;
  AllSpaces& operator=(const AllSpaces&) = delete;

  [[nodiscard]] std::size_t size() const { return spaces_.size(); }
  [[nodiscard]] RuleSpace& operator[](std::size_t i) { return *spaces_[i]; }

  /// Exact regions of boxes given by space, merged over the spaces.
  [[nodiscard]] std::vector<Region> regions(const std::array<std::vector<Box>, kCount>& boxes) const;
  /// The same of all that a rule surely matches.
  [[nodiscard]] std::vector<Region> own_regions(RuleIndex rule) const;

 private:
  WorkBudget budget_;
  FlowSet question_;
  Space<net::Ipv4> v4_ported_, v4_portless_;
  Space<net::Ipv6> v6_ported_, v6_portless_;
  std::vector<std::unique_ptr<RuleSpace>> spaces_;
};

}  // namespace nsgcheck::engine
