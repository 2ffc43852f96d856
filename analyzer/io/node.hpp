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

/// Bytes [begin, end) of a list or object.
struct ContainerPlace {
  std::size_t begin{};
  std::size_t end{};
};

/// From this many bytes on it pays to keep where a list or object ends.
inline constexpr std::size_t kLargeContainer = 2048;

/// The text that folded nodes read their children from, and which of those are folded themselves: lists and objects of
/// at least `fold_from` bytes.
struct FoldSource {
  std::string_view text;
  std::uint32_t document{};
  std::size_t fold_from{};
  std::size_t read_whole{};  ///< bytes of the largest container that Node::unfold_whole() reads in one go
  /// Containers of at least kLargeContainer bytes, in text order: all or none.
  std::vector<ContainerPlace> large;
  std::size_t threads{1};  ///< how many may read nodes of the document at a time
};

/// One value of a document, with its place. A template's expressions, once evaluated, give nodes of the same kind whose
/// spans still point into the template; what could not be evaluated is a node of kind Unknown.
///
/// A list or object of a large document may be folded: it holds no children but reads them from the document's text
/// when they are asked for, and drops them again on fold(). Nobody need know, but the document must outlive its nodes,
/// and one thread at a time may read a node and what is in it.
struct Node {
  enum class Kind : std::uint8_t { Null, Bool, Number, String, Array, Object, Unknown };
  using Members = std::vector<std::pair<std::string, Node>>;

  // Not implicit: clang 14 cannot make them while it is still busy with the list of pairs below.
  Node();
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();

  /// A folded list or object whose first byte is at `begin` of the text.
  Node(Kind container, SourceSpan place, const FoldSource& source);
  /// The same, not folded yet, with all that is in it.
  Node(Kind container, SourceSpan place, const FoldSource& source, std::vector<Node> items, Members members);

  Kind kind{Kind::Null};
  bool boolean{};
  /// String: its value. Number: its text as written. Unknown: the expression as written.
  std::string text;
  /// Unknown: why, as a sentence without full stop ("reference() is known at run time only").
  std::string why;
  SourceSpan span;

  /// Of an Array; of an Unknown the items that a list surely has, whatever else is in it. References stay valid until
  /// the node is folded or changed.
  [[nodiscard]] const std::vector<Node>& items() const;
  /// For changing them: the node is never folded again.
  [[nodiscard]] std::vector<Node>& items();
  /// Of an Object, in file order; of duplicate keys all are kept. Validity as of items().
  [[nodiscard]] const Members& members() const;
  [[nodiscard]] Members& members();
  /// For a reader that will look at all of a folded list or object: reads it in one go, as reading the text again for
  /// each level takes longer, unless it is larger than FoldSource::read_whole. References into it are valid no more.
  void unfold_whole() const;
  /// Drops the children if they can be read again.
  void fold() const;

  [[nodiscard]] bool is(Kind k) const { return kind == k; }
  /// A member by name: the exact spelling if it is there, else without regard to case (as ARM compares them). The last
  /// of duplicates. Null when this is no object or has no such member.
  [[nodiscard]] const Node* find(std::string_view name) const;
  /// find() through several names; null as soon as one is missing.
  [[nodiscard]] const Node* at(std::initializer_list<std::string_view> path) const;

 private:
  enum class Unfolded : std::uint8_t { No, Shallow, Whole };
  void unfold() const;
  void read_children(Unfolded how) const;

  mutable Unfolded unfolded_{};  ///< whether the children of a node with a source are there, and theirs
  const FoldSource* source_{};
  std::uint64_t begin_{};  ///< in the source's text; the span may have been set to another place
  mutable std::vector<Node> items_;
  mutable Members members_;
};

/// Equal values wherever they stand: spans do not count, the order of members does, numbers compare as written.
[[nodiscard]] bool same_value(const Node& a, const Node& b);

}  // namespace nsgcheck::io
