// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/text_edit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nsgcheck::io {
namespace {

constexpr std::size_t kContext = 3;

/// Lines with their ends, as patches count them: LF only.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

/// Old lines [first, last) that give way to new ones.
struct Block {
  std::size_t first{};
  std::size_t last{};
  std::string fresh;
};

/// Where lines begin, and the end of the text.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text) : lines_{lines_of(text)} {
    std::size_t at = 0;
    for (const std::string_view line : lines_) {
      begins_.push_back(at);
      at += line.size();
    }
    begins_.push_back(at);
  }

  [[nodiscard]] const std::vector<std::string_view>& lines() const { return lines_; }
  [[nodiscard]] std::size_t begin_of(std::size_t line) const { return begins_[line]; }
  /// The line that holds a byte; the end of the text belongs to the last.
  [[nodiscard]] std::size_t line_at(std::size_t offset) const {
    if (lines_.empty()) return 0;
    const auto after = std::upper_bound(begins_.begin(), begins_.end() - 1, offset);
    return static_cast<std::size_t>(after - begins_.begin()) - 1;
  }

 private:
  std::vector<std::string_view> lines_;
  std::vector<std::size_t> begins_;
};

// Lines at both ends of a block that do not change are none of it.
void trim(Block& block, const LineIndex& index) {
  std::vector<std::string_view> fresh = lines_of(block.fresh);
  std::size_t head = 0;
  while (block.first < block.last && head < fresh.size() && index.lines()[block.first] == fresh[head])
    ++block.first, ++head;
  std::size_t tail = fresh.size();
  while (block.first < block.last && tail > head && index.lines()[block.last - 1] == fresh[tail - 1])
    --block.last, --tail;
  std::string kept;
  for (std::size_t i = head; i < tail; ++i) kept += fresh[i];
  block.fresh = std::move(kept);
}

std::vector<Block> blocks_of(std::string_view text, const LineIndex& index, const std::vector<TextEdit>& edits) {
  std::vector<Block> out;
  for (std::size_t i = 0; i < edits.size();) {
    Block block{index.line_at(edits[i].begin), 0, {}};
    std::size_t last = index.line_at(edits[i].end);
    std::size_t next = i + 1;
    while (next < edits.size() && index.line_at(edits[next].begin) <= last)
      last = std::max(last, index.line_at(edits[next++].end));
    block.last = std::min(last + 1, index.lines().size());
    const std::size_t begin = index.begin_of(block.first);
    const std::size_t end = index.begin_of(block.last);
    std::vector<TextEdit> inside{edits.begin() + static_cast<std::ptrdiff_t>(i),
                                 edits.begin() + static_cast<std::ptrdiff_t>(next)};
    for (TextEdit& edit : inside) edit.begin -= begin, edit.end -= begin;
    block.fresh = edited(text.substr(begin, end - begin), inside);
    trim(block, index);
    if (block.first < block.last || !block.fresh.empty()) out.push_back(std::move(block));
    i = next;
  }
  return out;
}

void add_line(std::string& out, char mark, std::string_view line) {
  out += mark;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

std::string range_text(std::size_t first, std::size_t count) {
  // A range of no lines stands behind the line before it.
  const std::size_t shown = count == 0 ? first : first + 1;
  return count == 1 ? fmt::format("{}", shown) : fmt::format("{},{}", shown, count);
}

}  // namespace

void sort_edits(std::vector<TextEdit>& edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
}

std::string edited(std::string_view text, const std::vector<TextEdit>& edits) {
  std::string out;
  std::size_t at = 0;
  for (const TextEdit& edit : edits) {
    out += text.substr(at, edit.begin - at);
    out += edit.text;
    at = edit.end;
  }
  return out += text.substr(at);
}

std::string unified_diff(std::string_view file, std::string_view text, const std::vector<TextEdit>& edits) {
  const LineIndex index{text};
  const std::vector<Block> blocks = blocks_of(text, index, edits);
  if (blocks.empty()) return {};
  std::string out = fmt::format("--- a/{}\n+++ b/{}\n", file, file);
  std::size_t new_shift = 0;  // wraps around when lines go; sums are right all the same
  for (std::size_t i = 0; i < blocks.size();) {
    std::size_t end = i + 1;
    while (end < blocks.size() && blocks[end].first <= blocks[end - 1].last + 2 * kContext) ++end;
    const std::size_t first = blocks[i].first - std::min(blocks[i].first, kContext);
    const std::size_t last = std::min(blocks[end - 1].last + kContext, index.lines().size());
    std::string body;
    std::size_t at = first;
    std::size_t added = 0;
    std::size_t removed = 0;
    for (std::size_t b = i; b < end; ++b) {
      for (; at < blocks[b].first; ++at) add_line(body, ' ', index.lines()[at]);
      for (; at < blocks[b].last; ++at, ++removed) add_line(body, '-', index.lines()[at]);
      for (const std::string_view line : lines_of(blocks[b].fresh)) add_line(body, '+', line), ++added;
    }
    for (; at < last; ++at) add_line(body, ' ', index.lines()[at]);
    const std::size_t old_count = last - first;
    const std::size_t new_count = old_count + added - removed;
    out +=
        fmt::format("@@ -{} +{} @@\n{}", range_text(first, old_count), range_text(first + new_shift, new_count), body);
    new_shift += added - removed;
    i = end;
  }
  return out;
}

}  // namespace nsgcheck::io
