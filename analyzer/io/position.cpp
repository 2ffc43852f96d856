// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/document.hpp"
#include "analyzer/io/encoding.hpp"
#include "analyzer/io/json_children.hpp"
#include "analyzer/io/position.hpp"

namespace nsgcheck::io {
namespace {

struct LineAndColumn {
  std::size_t line{};
  std::size_t column{};
};

constexpr std::size_t kMarkDistance = 4096;

/// Code points in bytes [begin, end).
std::size_t code_points_between(std::string_view text, const std::vector<std::size_t>& marks, std::size_t begin,
                                std::size_t end) {
  if (marks.empty() || end - begin < kMarkDistance) return count_code_points(text.substr(begin, end - begin));
  const auto before = [&](std::size_t offset) {
    const std::size_t mark = offset / kMarkDistance;
    const std::size_t start = mark * kMarkDistance;
    return marks[mark] + count_code_points(text.substr(start, offset - start));
  };
  return before(end) - before(begin);
}

LineAndColumn place_of(std::string_view text, const std::vector<std::size_t>& line_starts,
                       const std::vector<std::size_t>& marks, std::size_t offset) {
  offset = std::min(offset, text.size());
  const auto next = std::upper_bound(line_starts.begin(), line_starts.end(), offset);
  const std::size_t start = next == line_starts.begin() ? 0 : *(next - 1);
  const auto line = static_cast<std::size_t>(next - line_starts.begin());
  return {std::max<std::size_t>(line, 1), code_points_between(text, marks, start, offset) + 1};
}

/// RFC 6901 section 3: `~` and `/` of a reference token are written `~0` and `~1`.
void append_token(std::string& pointer, std::string_view key) {
  pointer += '/';
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

/// The first child that ends after `offset`; children stand in file order.
template <class Children, class ToNode>
auto child_at(const Children& children, std::uint64_t offset, ToNode node_of) {
  return std::partition_point(children.begin(), children.end(),
                              [&](const auto& child) { return node_of(child).span.end <= offset; });
}

/// Nodes of fewer bytes are searched in the text, as all that a report looks up would be unfolded in the end.
constexpr std::uint64_t kLargeNode = 1U << 20;

}  // namespace

/// The children of values that were on the way to something: what a report looks up next is mostly near the last.
struct KnownChildren {
  std::unordered_map<std::size_t, std::vector<ChildPlace>> by_begin;
  std::size_t count{};

  const std::vector<ChildPlace>& of(const FoldSource& source, std::size_t begin) {
    constexpr std::size_t kMany = 100'000;
    if (const auto known = by_begin.find(begin); known != by_begin.end()) return known->second;
    if (count > kMany) {
      by_begin.clear();
      count = 0;
    }
    const auto& places = by_begin.emplace(begin, places_at(source, begin)).first->second;
    count += 1 + places.size();
    return places;
  }
};

namespace {

/// Adds the way from the value at `begin` to what starts at `offset` in it.
void append_path(const FoldSource& source, KnownChildren& known, std::size_t begin, std::uint64_t offset,
                 std::string& pointer) {
  while (begin < offset) {
    const std::vector<ChildPlace>& children = known.of(source, begin);
    const auto child = std::partition_point(children.begin(), children.end(),
                                            [&](const ChildPlace& one) { return one.end <= offset; });
    const bool object = source.text[begin] == '{';
    if (child == children.end() || (!object && child->begin > offset)) return;
    if (object)
      append_token(pointer, string_at(source, child->key));
    else
      pointer += fmt::format("/{}", child - children.begin());
    begin = child->begin;
  }
}

}  // namespace

Document::Document(Document&& other) noexcept { *this = std::move(other); }

Document& Document::operator=(Document&& other) noexcept {
  file = std::move(other.file);
  text = std::move(other.text);
  root = std::move(other.root);
  duplicates = std::move(other.duplicates);
  line_starts = std::move(other.line_starts);
  code_point_marks = std::move(other.code_point_marks);
  folds = std::move(other.folds);
  known_children = std::move(other.known_children);
  if (folds) folds->text = text;
  return *this;
}

std::vector<std::size_t> line_starts_of(std::string_view text) {
  std::vector<std::size_t> starts{0};
  if (text.find('\r') == std::string_view::npos) {
    for (std::size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1))
      starts.push_back(i + 1);
    return starts;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || (c == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) starts.push_back(i + 1);
  }
  return starts;
}

std::vector<std::size_t> code_point_marks_of(std::string_view text) {
  std::vector<std::size_t> marks;
  marks.reserve(text.size() / kMarkDistance + 1);
  std::size_t count = 0;
  for (std::size_t start = 0; start <= text.size(); start += kMarkDistance) {
    marks.push_back(count);
    count += count_code_points(text.substr(start, kMarkDistance));
  }
  return marks;
}

Position position_in(std::string_view text, const std::vector<std::size_t>& line_starts, std::size_t begin,
                     std::size_t end, const std::vector<std::size_t>& marks) {
  const LineAndColumn first = place_of(text, line_starts, marks, begin);
  const LineAndColumn last = place_of(text, line_starts, marks, std::max(begin, end));
  return {first.line, first.column, last.line, last.column};
}

Position position_of(const Document& document, SourceSpan span) {
  return position_in(document.text, document.line_starts, span.begin, span.end, document.code_point_marks);
}

std::string pointer_of(const Document& document, SourceSpan span) {
  std::string pointer;
  const Node* node = &document.root;
  const std::uint64_t offset = span.begin;
  while (offset > node->span.begin && offset < node->span.end) {
    if (document.folds && node->span.end - node->span.begin < kLargeNode) {
      append_path(*document.folds, *document.known_children, node->span.begin, offset, pointer);
      break;
    }
    if (node->is(Node::Kind::Object)) {
      const auto child = child_at(node->members(), offset, [](const auto& m) -> const Node& { return m.second; });
      if (child == node->members().end()) break;
      append_token(pointer, child->first);
      node = &child->second;
    } else if (node->is(Node::Kind::Array)) {
      const auto child = child_at(node->items(), offset, [](const Node& n) -> const Node& { return n; });
      if (child == node->items().end() || child->span.begin > offset) break;
      pointer += fmt::format("/{}", child - node->items().begin());
      node = &*child;
    } else {
      break;
    }
  }
  return pointer;
}

std::string_view line_text(const Document& document, std::size_t line) {
  if (line == 0 || line > document.line_starts.size()) return {};
  const std::string_view text = document.text;
  const std::size_t begin = document.line_starts[line - 1];
  std::size_t end = line < document.line_starts.size() ? document.line_starts[line] : text.size();
  while (end > begin && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
  return text.substr(begin, end - begin);
}

tl::expected<Document, Diagnostic> decoded_document(std::string file, std::string bytes) {
  auto text = to_utf8(std::move(bytes));
  if (!text) {
    const EncodingFault& fault = text.error();
    const std::size_t end = fault.decoded.size();
    return tl::unexpected(Diagnostic{
        std::move(file), position_in(fault.decoded, line_starts_of(fault.decoded), end, end), fault.message});
  }
  Document out;
  out.file = std::move(file);
  out.text = std::move(*text);
  out.line_starts = line_starts_of(out.text);
  out.code_point_marks = code_point_marks_of(out.text);
  out.known_children = std::make_shared<KnownChildren>();
  return out;
}

}  // namespace nsgcheck::io
