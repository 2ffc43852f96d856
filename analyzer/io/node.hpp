// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/model/reason.hpp"
#include "analyzer/model/source_span.hpp"

namespace nsgcheck::io {

using model::Reason;
using model::SourceSpan;

/// One value of a document, with its place. A template's expressions, once evaluated, give nodes of the same kind whose
/// spans still point into the template; what could not be evaluated is a node of kind Unknown.
struct Node {
  enum class Kind : std::uint8_t { Null, Bool, Number, String, Array, Object, Unknown };

  // Not implicit: clang 14 cannot make them while it is still busy with the list of pairs below.
  Node();
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();

  Kind kind{Kind::Null};
  bool boolean{};
  /// String: its value. Number: its text as written. Unknown: the expression as written.
  std::string text;
  /// Unknown: why, as a sentence without full stop ("reference() is known at run time only").
  std::string why;
  SourceSpan span;
  std::vector<Node> items;                            ///< Array
  std::vector<std::pair<std::string, Node>> members;  ///< Object, in file order; of duplicate keys all are kept

  [[nodiscard]] bool is(Kind k) const { return kind == k; }
  /// A member by name: the exact spelling if it is there, else without regard to case (as ARM compares them). The last
  /// of duplicates. Null when this is no object or has no such member.
  [[nodiscard]] const Node* find(std::string_view name) const;
  /// find() through several names; null as soon as one is missing.
  [[nodiscard]] const Node* at(std::initializer_list<std::string_view> path) const;
};

/// Equal values wherever they stand: spans do not count, the order of members does, numbers compare as written.
[[nodiscard]] bool same_value(const Node& a, const Node& b);

}  // namespace nsgcheck::io
