// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_quote.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"

namespace nsgcheck::io {
namespace {

/// The child that holds `offset`, null when none does. Children stand in file order.
template <class Children, class ToNode>
const Node* child_holding(const Children& children, std::uint64_t offset, const ToNode& node_of) {
  const auto child = std::partition_point(children.begin(), children.end(),
                                          [&](const auto& one) { return node_of(one).span.end <= offset; });
  if (child == children.end() || node_of(*child).span.begin > offset) return nullptr;
  return &node_of(*child);
}

/// The node that begins at `begin`, null when there is none.
const Node* node_at(const Node& root, std::uint64_t begin) {
  const Node* node = &root;
  while (node != nullptr && node->span.begin != begin) {
    const SourceSpan outer = node->span;
    node = node->is(Node::Kind::Object)
               ? child_holding(node->members(), begin, [](const auto& member) -> const Node& { return member.second; })
               : child_holding(node->items(), begin, [](const Node& item) -> const Node& { return item; });
    // What stands inside a string has the string's own span.
    if (node != nullptr && node->span == outer) return nullptr;
  }
  return node;
}

/// One code point of a line as it is shown.
struct Piece {
  std::string text;
  std::size_t offset{};  ///< in the line, in bytes
  std::size_t columns{};
};

/// The code points of bytes [begin, end) of a line. A second `#` is written as a code, so that no logging command of a
/// build agent can begin there; elsewhere the gutter stands before it.
std::vector<Piece> pieces_of(std::string_view line, std::size_t begin, std::size_t end) {
  std::vector<Piece> pieces;
  for (std::size_t i = begin; i < end;) {
    const OutsideCharacter character = outside_character_at(line, i);
    Piece& piece = pieces.emplace_back(Piece{{}, i, 0});
    if (character.value == '\t')
      piece.text = ' ';
    else if (character.value == '#' && i > 0 && line[i - 1] == '#')
      piece.text = "\\x23";
    else
      append_printable(piece.text, line, character, i);
    piece.columns = columns_of(piece.text);
    i += character.size;
  }
  return pieces;
}

/// The bytes of a line that are shown: all but deep indentation when it is short, else as much as there is room for
/// around `focus`.
std::vector<Piece> shown_pieces(std::string_view line, std::size_t focus, std::size_t room) {
  constexpr std::size_t kQuoteIndent = 2;
  const std::size_t blanks = std::min(line.find_first_not_of(" \t"), focus);
  const std::size_t first = blanks > kQuoteIndent ? blanks - kQuoteIndent : 0;
  // A column takes at least one byte and at most four. A line may be a file of megabytes.
  const std::size_t reach = 4 * room;
  std::size_t begin = std::max(first, focus - std::min(focus, reach));
  while (begin > first && (static_cast<unsigned char>(line[begin]) & 0xC0U) == 0x80) --begin;
  std::vector<Piece> pieces = pieces_of(line, begin, std::min(line.size(), focus + reach));

  const auto at = std::partition_point(pieces.begin(), pieces.end(), [&](const Piece& p) { return p.offset < focus; });
  const auto columns = [](const auto& from, const auto& to) {
    return std::accumulate(from, to, std::size_t{0}, [](std::size_t sum, const Piece& p) { return sum + p.columns; });
  };
  auto from = pieces.begin();
  std::size_t before = columns(pieces.begin(), at);
  if (before + columns(at, pieces.end()) > room)
    for (; before > room / 4; ++from) before -= from->columns;
  auto to = from;
  for (std::size_t used = 0; to != pieces.end() && (used += to->columns) <= room;) ++to;
  return {std::make_move_iterator(from), std::make_move_iterator(to)};
}

}  // namespace

std::optional<SourceSpan> focus_of(const AuditReport& report, const NsgReport& nsg, SourceSpan span) {
  const Document* document = document_of(report, span);
  if (document == nullptr) return std::nullopt;
  for (const model::SecurityRule& rule : nsg.nsg.rules)
    if (rule.span == span && rule.name_span.known()) return rule.name_span;
  const Node* node = node_at(document->root, span.begin);
  if (node == nullptr) return span;
  const Node* name = node->find("name");
  if (name != nullptr && name->span.known()) return name->span;
  if (node->is(Node::Kind::Object) || node->is(Node::Kind::Array)) return std::nullopt;
  return span;
}

std::optional<SourceSpan> focus_of(const AuditReport& report, const NsgReport& nsg, const policy::Finding& finding) {
  const SourceSpan span = anchor_of(nsg, finding);
  const auto stands_there = [&](policy::ModelRule rule) { return nsg.nsg.rules[rule].span == span; };
  const bool is_rule = std::any_of(nsg.nsg.rules.begin(), nsg.nsg.rules.end(),
                                   [&](const model::SecurityRule& rule) { return rule.span == span; });
  const bool is_meant = (finding.rule && stands_there(*finding.rule)) ||
                        std::any_of(finding.decided_by.begin(), finding.decided_by.end(), stands_there);
  if (is_rule && !is_meant) return std::nullopt;
  return focus_of(report, nsg, span);
}

Quote quote(const Document& document, SourceSpan span, std::size_t width) {
  const auto& starts = document.line_starts;
  const auto next = std::upper_bound(starts.begin(), starts.end(), span.begin);
  const auto number = static_cast<std::size_t>(next - starts.begin());
  const std::string_view line = line_text(document, number);
  const std::size_t start = starts[number - 1];
  const std::size_t focus = std::min<std::size_t>(span.begin - start, line.size());
  const std::size_t focus_end = std::min<std::size_t>(span.end - start, line.size());

  constexpr std::size_t kGutter = 6;
  constexpr std::size_t kNarrowestQuote = 20;
  constexpr std::string_view kMore = "..";
  const std::size_t taken = 2 + std::max(kGutter, std::to_string(number).size()) + 3 + 2 * kMore.size();
  const std::vector<Piece> pieces = shown_pieces(line, focus, std::max(width, taken + kNarrowestQuote) - taken);

  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  const std::size_t first = pieces.empty() ? 0 : pieces.front().offset;
  const bool cut_before = !std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(first), is_blank);
  std::string text{cut_before ? kMore : ""};
  std::string under(text.size(), ' ');
  for (const Piece& piece : pieces) {
    text += piece.text;
    under.append(piece.columns, piece.offset >= focus && piece.offset < focus_end ? '^' : ' ');
  }
  const bool cut_after =
      !pieces.empty() && pieces.back().offset + outside_character_at(line, pieces.back().offset).size < line.size();
  if (cut_after) text += kMore;
  under.erase(under.find_last_not_of(' ') + 1);
  return {fmt::format("  {:>{}} | {}\n", number, kGutter, text),
          fmt::format("  {:>{}} | {}\n", "", kGutter, under.empty() ? "^" : under)};
}

}  // namespace nsgcheck::io
