// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/io/node.hpp"

namespace nsgcheck::io {

/// The items of the list, or the members of the object, whose bracket is at `begin` of the source's text; children of
/// at least `source.fold_from` bytes are folded. REQUIRES: the text is one that parse_json() has taken.
[[nodiscard]] std::vector<Node> items_at(const FoldSource& source, std::size_t begin);
[[nodiscard]] Node::Members members_at(const FoldSource& source, std::size_t begin);

/// A child as it stands in the text.
struct ChildPlace {
  std::optional<std::string> key;  ///< of a member; empty for an item
  std::size_t index{};             ///< among its siblings
  std::size_t begin{};             ///< of the value
};

/// The first child of the value at `begin` that ends after `offset`; empty when there is none. REQUIRES: as above.
[[nodiscard]] std::optional<ChildPlace> child_ending_after(const FoldSource& source, std::size_t begin,
                                                           std::uint64_t offset);

}  // namespace nsgcheck::io
