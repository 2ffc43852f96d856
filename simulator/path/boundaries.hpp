// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/engine/filter.hpp"
#include "simulator/path/walk.hpp"

namespace nsgcheck::path {

/// Collects where sets begin and end.
class BoundaryFinder {
 public:
  /// The sets of all rules, and all that a symbol could hold.
  void add(const engine::Filter& filter);
  void add(const net::AddressSet& addresses);
  [[nodiscard]] Boundaries result() const;

 private:
  Boundaries found_;
};

}  // namespace nsgcheck::path
