// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/boundaries.hpp"

#include <algorithm>

namespace nsgcheck::path {
namespace {

template <class T>
void add_set(std::vector<T>& begins, const net::IntervalSet<T>& set) {
  for (const net::Interval<T>& interval : set.intervals()) {
    begins.push_back(interval.low);
    if (interval.high != net::kAxisEnd<T>) begins.push_back(static_cast<T>(interval.high + 1));
  }
}

template <class T>
void add_pool(std::vector<T>& begins, const engine::AxisPool<T>& pool) {
  for (std::uint32_t id = 0; id < pool.size(); ++id) {
    add_set(begins, pool[id].sure);
    add_set(begins, pool[id].may);
  }
}

template <class T>
std::vector<T> ascending(std::vector<T> begins) {
  begins.push_back(T{0});
  std::sort(begins.begin(), begins.end());
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  return begins;
}

}  // namespace

void BoundaryFinder::add(const engine::Filter& filter) {
  add_pool(found_.v4, filter.sides<net::Ipv4>().pool);
  add_pool(found_.v6, filter.sides<net::Ipv6>().pool);
  add_pool(found_.ports, filter.ports());
  for (engine::SymbolId id = 0; id < filter.symbols().size(); ++id) add(filter.symbols()[id].base);
}

void BoundaryFinder::add(const net::AddressSet& addresses) {
  add_set(found_.v4, addresses.v4);
  add_set(found_.v6, addresses.v6);
}

Boundaries BoundaryFinder::result() const {
  return {ascending(found_.v4), ascending(found_.v6), ascending(found_.ports)};
}

}  // namespace nsgcheck::path
