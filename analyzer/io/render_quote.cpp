// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_quote.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"

namespace nsgcheck::io {
namespace {

/// The node that begins at `begin`, null when there is none. Children stand in file order.
const Node* node_at(const Node& root, std::uint64_t begin) {
  const Node* node = &root;
  while (node->span.begin != begin) {
    const Node* next = nullptr;
    const auto consider = [&](const Node& child) {
      if (child.span.begin <= begin && begin < child.span.end) next = &child;
    };
    for (const auto& member : node->members) consider(member.second);
    for (const Node& item : node->items) consider(item);
    if (next == nullptr || next->span == node->span) return nullptr;
    node = next;
  }
  return node;
}

/// A line as printable pieces, one for each of its code points. A second `#` is written as a code, so that no logging
/// command of a build agent can begin there; elsewhere the gutter stands before it.
std::vector<std::string> pieces_of(std::string_view line) {
  std::vector<std::string> pieces;
  for (std::size_t i = 0; i < line.size();) {
    const OutsideCharacter character = outside_character_at(line, i);
    std::string& piece = pieces.emplace_back();
    if (character.value == '\t')
      piece = ' ';
    else if (character.value == '#' && i > 0 && line[i - 1] == '#')
      piece = "\\x23";
    else
      append_printable(piece, line, character, i);
    i += character.size;
  }
  return pieces;
}

struct Window {
  std::size_t begin{}, end{};  ///< of the pieces
};

/// The pieces that are shown: from the underlined ones a bit back and as far on as there is room.
Window window_around(const std::vector<std::string>& pieces, std::size_t focus, std::size_t room) {
  const auto width = [&](std::size_t i) { return columns_of(pieces[i]); };
  std::size_t total = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) total += width(i);
  if (total <= room) return {0, pieces.size()};
  Window window{focus, focus};
  std::size_t used = 0;
  const std::size_t lead = room / 4;
  while (window.begin > 0 && used + width(window.begin - 1) <= lead) used += width(--window.begin);
  while (window.end < pieces.size() && used + width(window.end) <= room) used += width(window.end++);
  return window;
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

Quote quote(const Document& document, SourceSpan span, std::size_t width) {
  const Position position = position_of(document, span);
  std::vector<std::string> pieces = pieces_of(line_text(document, position.line));
  std::size_t first = std::min(position.column - 1, pieces.size());
  std::size_t last = position.end_line == position.line ? position.end_column - 1 : pieces.size();
  last = std::clamp(last, first, pieces.size());

  constexpr std::size_t kIndent = 2;
  std::size_t blanks = 0;
  while (blanks < pieces.size() && blanks < first && pieces[blanks] == " ") ++blanks;
  const std::size_t dropped = blanks > kIndent ? blanks - kIndent : 0;
  pieces.erase(pieces.begin(), pieces.begin() + static_cast<std::ptrdiff_t>(dropped));
  first -= dropped;
  last -= dropped;

  constexpr std::size_t kGutter = 6;
  constexpr std::size_t kNarrowest = 20;
  const std::size_t taken = 2 + std::max(kGutter, std::to_string(position.line).size()) + 3;
  const std::size_t room = std::max(width, taken + kNarrowest) - taken;
  Window window{0, pieces.size()};
  if (pieces.size() > 0) window = window_around(pieces, first, room - 4);
  std::string text = window.begin > 0 ? ".." : "";
  std::string under(text.size(), ' ');
  for (std::size_t i = window.begin; i < window.end; ++i) {
    text += pieces[i];
    under.append(columns_of(pieces[i]), i >= first && i < last ? '^' : ' ');
  }
  if (window.end < pieces.size()) text += "..";
  under.erase(under.find_last_not_of(' ') + 1);
  return {fmt::format("  {:>{}} | {}\n", position.line, kGutter, text),
          fmt::format("  {:>{}} | {}\n", "", kGutter, under.empty() ? "^" : under)};
}

}  // namespace nsgcheck::io
