// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace nsgcheck::engine {

/// Numbers distinct things 0, 1, 2, ... by their content, of which it keeps the hashes only.
class HashIndex {
 public:
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(before_.size()); }

  /// The number of the thing of this hash for which `is_same(number)` holds. When there is none a new one, which was
  /// size() before the call.
  template <class IsSame>
  std::uint32_t find_or_add(std::uint64_t hash, IsSame is_same) {
    const std::uint32_t added = size();
    const auto [latest, fresh] = latest_.try_emplace(hash, added);
    std::uint32_t before = added;
    if (!fresh) {
      for (std::uint32_t number = latest->second;; number = before_[number]) {
        if (is_same(number)) return number;
        if (before_[number] == number) break;
      }
      before = std::exchange(latest->second, added);
    }
    before_.push_back(before);
    return added;
  }

 private:
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> latest_;  ///< the latest of a hash
  std::vector<std::uint32_t> before_;  ///< by number: the one of the same hash that came before, or itself
};

}  // namespace nsgcheck::engine
