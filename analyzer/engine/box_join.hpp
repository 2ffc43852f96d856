// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "analyzer/engine/box.hpp"

namespace nsgcheck::engine {

/// A box of which something is said; boxes of one key may be joined.
struct KeyedBox {
  std::size_t key{};
  Box box;
};

/// Joins boxes of one key that differ in one dimension only, until none do. REQUIRES: the boxes are disjoint.
[[nodiscard]] inline std::vector<KeyedBox> joined(const Layout& layout, std::vector<KeyedBox> pieces) {
  for (std::size_t before = 0; before != pieces.size();) {
    before = pieces.size();
    for (std::size_t d = 0; d < kDims; ++d) {
      std::map<std::pair<std::size_t, Box>, std::size_t> alike;
      std::vector<KeyedBox> out;
      for (KeyedBox& piece : pieces) {
        Box rest = piece.box;
        std::fill(layout.side(rest, d).begin(), layout.side(rest, d).end(), 0);
        const auto [it, fresh] = alike.try_emplace({piece.key, std::move(rest)}, out.size());
        if (fresh) {
          out.push_back(std::move(piece));
          continue;
        }
        Box& box = out[it->second].box;
        for (std::size_t w = 0; w < box.size(); ++w) box[w] |= piece.box[w];
      }
      pieces = std::move(out);
    }
  }
  return pieces;
}

}  // namespace nsgcheck::engine
