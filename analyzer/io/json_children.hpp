// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/io/node.hpp"

namespace nsgcheck::io {

/// The value that the source's text is; it is not folded itself. REQUIRES: check_strict_json() has taken the text.
[[nodiscard]] Node root_of(const FoldSource& source);

/// The items of the list, or the members of the object, whose bracket is at `begin` of the source's text; children of
/// at least `source.fold_from` bytes are folded, or with `whole` could be. REQUIRES: the text is one that parse_json()
/// has taken.
[[nodiscard]] std::vector<Node> items_at(const FoldSource& source, std::size_t begin, bool whole);
[[nodiscard]] Node::Members members_at(const FoldSource& source, std::size_t begin, bool whole);

/// Whether the list or object at `begin` has more than `bytes`. REQUIRES: as above.
[[nodiscard]] bool is_longer(const FoldSource& source, std::size_t begin, std::size_t bytes);

/// Where a child stands in the text.
struct ChildPlace {
  std::size_t key{};    ///< of a member's name; of an item: as `begin`
  std::size_t begin{};  ///< of the value
  std::size_t end{};
};

/// The children of the value at `begin`, in text order; none of what is neither a list nor an object. REQUIRES: as
/// above.
[[nodiscard]] std::vector<ChildPlace> places_at(const FoldSource& source, std::size_t begin);

/// What the string literal at `begin` stands for. REQUIRES: as above.
[[nodiscard]] std::string string_at(const FoldSource& source, std::size_t begin);

}  // namespace nsgcheck::io
