// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "analyzer/io/document.hpp"
#include "analyzer/io/encoding.hpp"
#include "analyzer/io/json_children.hpp"
#include "analyzer/io/json_fault.hpp"
#include "analyzer/io/json_strict.hpp"
#include "analyzer/io/position.hpp"

namespace nsgcheck::io {
namespace {

using SaxJson = nlohmann::json;

constexpr std::size_t kDeepest = 512;
/// From here on a hash set finds duplicate keys faster than comparing each with each.
constexpr std::size_t kManyMembers = 16;

/// The text as the parser is to see it. It knows how far the parser has read, which nlohmann 3.11 does not tell, and
/// shows line breaks and tabs inside strings as the escapes that RFC 8259 wants, while offsets stay those of the text.
class Source {
 public:
  Source(std::string_view text, const std::vector<std::size_t>& raw_breaks)
      : begin_{text.data()}, current_{begin_}, end_{begin_ + text.size()}, breaks_{raw_breaks} {
    find_next_break();
  }

  [[nodiscard]] bool at_end() const { return current_ == end_; }
  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(current_ - begin_); }
  [[nodiscard]] char current() const { return current_ == break_ ? escaped() : *current_; }

  void advance() {
    if (current_ == break_) {
      backslash_seen_ = !backslash_seen_;
      if (backslash_seen_) return;
      ++break_index_;
      find_next_break();
    }
    ++current_;
  }

 private:
  [[nodiscard]] char escaped() const {
    if (!backslash_seen_) return '\\';
    return *current_ == '\n' ? 'n' : *current_ == '\r' ? 'r' : 't';
  }

  void find_next_break() { break_ = break_index_ < breaks_.size() ? begin_ + breaks_[break_index_] : nullptr; }

  const char* begin_;
  const char* current_;
  const char* end_;
  const char* break_{};
  bool backslash_seen_{};
  std::size_t break_index_{};
  const std::vector<std::size_t>& breaks_;
};

/// The input iterator through which nlohmann reads a Source; a default one is the end.
class SourceIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  SourceIterator() = default;
  explicit SourceIterator(Source& source) : source_{&source} {}

  char operator*() const { return source_->current(); }
  SourceIterator& operator++() {
    source_->advance();
    return *this;
  }
  friend bool operator==(const SourceIterator& a, const SourceIterator& b) { return a.at_end() == b.at_end(); }
  friend bool operator!=(const SourceIterator& a, const SourceIterator& b) { return !(a == b); }

 private:
  [[nodiscard]] bool at_end() const { return source_ == nullptr || source_->at_end(); }
  Source* source_{};
};

/// Makes nodes from the parser's events. The values of all open containers lie on one stack, so that each container
/// is allocated once, in its final size. With `folds`, a container within the outermost is folded as soon as it is
/// complete when it is of that size.
class Builder {
 public:
  Builder(std::string_view text, std::uint32_t document, const Source& source, const FoldSource* folds)
      : text_{text}, document_{document}, source_{source}, folds_{folds} {}

  bool null() { return put(scalar(Node::Kind::Null)); }
  bool boolean(bool value) {
    Node node = scalar(Node::Kind::Bool);
    node.boolean = value;
    return put(std::move(node));
  }
  bool number_integer(SaxJson::number_integer_t) { return number(); }
  bool number_unsigned(SaxJson::number_unsigned_t) { return number(); }
  bool number_float(SaxJson::number_float_t, const std::string&) { return number(); }
  bool string(std::string& value) {
    Node node = scalar(Node::Kind::String);
    node.text = std::move(value);
    return put(std::move(node));
  }
  bool binary(SaxJson::binary_t&) { return false; }
  bool key(std::string& value) {
    take_token(source_.offset());
    key_ = std::move(value);
    progress_.place = JsonPlace::AfterName;
    return true;
  }
  bool start_object(std::size_t) { return open(JsonPlace::ObjectBegin); }
  bool start_array(std::size_t) { return open(JsonPlace::ArrayBegin); }
  bool end_object() {
    note_duplicates();
    return close(Node::Kind::Object, [](Node& node, auto first, auto last) {
      node.members().assign(std::make_move_iterator(first), std::make_move_iterator(last));
    });
  }
  bool end_array() {
    return close(Node::Kind::Array, [](Node& node, auto first, auto last) {
      std::vector<Node>& items = node.items();
      items.reserve(static_cast<std::size_t>(last - first));
      for (auto entry = first; entry != last; ++entry) items.push_back(std::move(entry->second));
    });
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) { return false; }

  [[nodiscard]] JsonFault fault() const { return depth_fault_ ? *depth_fault_ : describe_fault(text_, progress_); }
  [[nodiscard]] Node take_root() { return std::move(values_.front().second); }
  [[nodiscard]] std::vector<DuplicateKey> take_duplicates() { return std::move(duplicates_); }

 private:
  using Entry = std::pair<std::string, Node>;
  struct Frame {
    std::string key;
    std::size_t begin{};
    std::size_t first_value{};
    bool object{};
  };

  /// The token that follows the last one and ends at `end`.
  void take_token(std::size_t end) {
    std::size_t begin = skip_blanks(text_, progress_.token_end);
    while (begin < end && (text_[begin] == ',' || text_[begin] == ':')) begin = skip_blanks(text_, begin + 1);
    progress_.token_begin = begin;
    progress_.token_end = end;
  }

  Node scalar(Node::Kind kind) {
    take_token(source_.offset());
    Node node;
    node.kind = kind;
    node.span = {document_, progress_.token_begin, progress_.token_end};
    return node;
  }

  /// The parser reads one character beyond a number, so its end is looked for in the text.
  bool number() {
    Node node = scalar(Node::Kind::Number);
    progress_.token_end = number_end(text_, progress_.token_begin);
    node.span.end = progress_.token_end;
    node.text = text_.substr(progress_.token_begin, progress_.token_end - progress_.token_begin);
    return put(std::move(node));
  }

  bool put(Node node) {
    values_.emplace_back(std::move(key_), std::move(node));
    key_.clear();
    progress_.place = frames_.empty()         ? JsonPlace::End
                      : frames_.back().object ? JsonPlace::InObject
                                              : JsonPlace::InArray;
    return true;
  }

  bool open(JsonPlace place) {
    take_token(source_.offset());
    progress_.place = place;
    progress_.container_begin = progress_.token_begin;
    if (frames_.size() == kDeepest) {
      depth_fault_ = JsonFault{progress_.token_begin, progress_.token_end, "nesting deeper than 512 levels"};
      return false;
    }
    frames_.push_back({std::move(key_), progress_.token_begin, values_.size(), place == JsonPlace::ObjectBegin});
    key_.clear();
    return true;
  }

  template <class Fill>
  bool close(Node::Kind kind, Fill fill) {
    take_token(source_.offset());
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    const SourceSpan span{document_, frame.begin, progress_.token_end};
    const bool folded = folds_ != nullptr && !frames_.empty() && span.end - span.begin >= folds_->fold_from;
    Node node = folded ? Node{kind, span, *folds_} : Node{};
    node.kind = kind;
    node.span = span;
    const auto first = values_.begin() + static_cast<std::ptrdiff_t>(frame.first_value);
    if (!folded) fill(node, first, values_.end());
    values_.erase(first, values_.end());
    if (!frames_.empty()) progress_.container_begin = frames_.back().begin;
    key_ = std::move(frame.key);
    return put(std::move(node));
  }

  /// Of the object that is about to be closed.
  void note_duplicates() {
    const std::size_t first = frames_.back().first_value;
    const std::size_t count = values_.size() - first;
    if (count <= kManyMembers) {
      for (std::size_t later = first + 1; later < values_.size(); ++later) {
        for (std::size_t earlier = first; earlier < later; ++earlier) {
          if (values_[earlier].first != values_[later].first) continue;
          note_duplicate(first, later);
          break;
        }
      }
      return;
    }
    std::unordered_set<std::string_view> seen;
    for (std::size_t i = first; i < values_.size(); ++i) {
      if (!seen.insert(values_[i].first).second) note_duplicate(first, i);
    }
  }

  /// Of the object whose values begin at `first`, that at `index` has a key that was there before.
  void note_duplicate(std::size_t first, std::size_t index) {
    const auto& [key, value] = values_[index];
    std::size_t begin = skip_blanks(text_, values_[index - 1].second.span.end);
    if (begin < text_.size() && text_[begin] == ',') begin = skip_blanks(text_, begin + 1);
    bool contradicts = false;
    for (std::size_t i = first; i < index; ++i)
      contradicts = contradicts || (values_[i].first == key && !same_value(values_[i].second, value));
    duplicates_.push_back({key, {document_, begin, string_end(text_, begin)}, value.span, contradicts});
  }

  std::string_view text_;
  std::uint32_t document_;
  const Source& source_;
  const FoldSource* folds_;
  JsonProgress progress_;
  std::string key_;
  std::vector<Entry> values_;
  std::vector<Frame> frames_;
  std::vector<DuplicateKey> duplicates_;
  std::optional<JsonFault> depth_fault_;
};

/// Offsets of the line breaks and tabs that stand inside string literals.
std::vector<std::size_t> raw_breaks_in(std::string_view text) {
  std::vector<std::size_t> breaks;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '"') {
      const std::size_t end = string_end(text, i);
      for (; i < end; ++i) {
        if (text[i] == '\n' || text[i] == '\r' || text[i] == '\t') breaks.push_back(i);
        if (text[i] == '\\') ++i;
      }
    } else {
      const std::size_t next = skip_blanks(text, i);
      i = next > i ? next : i + 1;
    }
  }
  return breaks;
}

std::optional<JsonFault> parse_into(Document& document, std::uint32_t index,
                                    const std::vector<std::size_t>& raw_breaks) {
  Source source{document.text, raw_breaks};
  Builder builder{document.text, index, source, document.folds.get()};
  const bool good = SaxJson::sax_parse(SourceIterator{source}, SourceIterator{}, &builder,
                                       nlohmann::detail::input_format_t::json, true, true);
  if (!good) return builder.fault();
  document.root = builder.take_root();
  document.duplicates = builder.take_duplicates();
  return std::nullopt;
}

std::optional<JsonFault> parse_document(Document& document, std::uint32_t index) {
  // The parser takes both for the end of something; neither has a place in JSON.
  if (const std::size_t nul = document.text.find('\0'); nul != std::string::npos) {
    return JsonFault{nul, nul + 1, "U+0000 in the text; is it UTF-16 without byte order mark?"};
  }
  if (document.text.compare(0, 3, "\xEF\xBB\xBF") == 0) return JsonFault{0, 3, "second byte order mark, U+FEFF"};
  auto fault = parse_into(document, index, {});
  if (!fault) return std::nullopt;
  // Only now look for line breaks inside strings: hardly any file has them.
  const auto raw_breaks = raw_breaks_in(document.text);
  if (raw_breaks.empty()) return fault;
  return parse_into(document, index, raw_breaks);
}

tl::expected<Document, Diagnostic> with_nodes(Document document, std::uint32_t index) {
  if (auto fault = parse_document(document, index)) {
    return tl::unexpected(Diagnostic{std::move(document.file),
                                     position_in(document.text, document.line_starts, fault->begin, fault->end),
                                     std::move(fault->message)});
  }
  return document;
}

}  // namespace

tl::expected<Document, Diagnostic> parse_json(std::string file, std::string_view bytes, std::uint32_t document) {
  auto parsed = decoded_document(std::move(file), std::string{bytes});
  if (!parsed) return parsed;
  return with_nodes(*std::move(parsed), document);
}

tl::expected<Document, Diagnostic> parse_folded_json(std::string file, std::string bytes, std::uint32_t document,
                                                     const FoldOptions& options) {
  auto parsed = decoded_document(std::move(file), std::move(bytes));
  if (!parsed) return parsed;
  parsed->folds = std::make_unique<FoldSource>(
      FoldSource{parsed->text, document, options.fold_from, options.read_whole, {}, options.threads});
  auto large = check_strict_json(parsed->text, {options.threads, options.chunk});
  if (!large) return with_nodes(*std::move(parsed), document);
  parsed->folds->large = *std::move(large);
  parsed->root = root_of(*parsed->folds);
  return parsed;
}

}  // namespace nsgcheck::io
