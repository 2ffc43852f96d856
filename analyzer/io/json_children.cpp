// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/json_children.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include "analyzer/io/encoding.hpp"
#include "analyzer/io/json_fault.hpp"

namespace nsgcheck::io {
namespace {

/// Reads children from a text that is known to be right, so that nothing is checked here.
class ChildReader {
 public:
  /// Of the container at `begin`.
  ChildReader(const FoldSource& source, std::size_t begin, bool whole = false)
      : source_{source}, text_{source.text}, at_{begin + 1}, whole_{whole} {}

  std::vector<Node> items() {
    read_children(false);
    return take_items(0);
  }

  Node::Members members() {
    read_children(true);
    return take_members(0);
  }

  static Node scalar(const FoldSource& source, std::size_t begin) {
    ChildReader reader{source, begin};
    reader.at_ = begin;
    return reader.value();
  }

  static std::string string(const FoldSource& source, std::size_t begin) {
    ChildReader reader{source, begin};
    reader.at_ = begin;
    return reader.string();
  }

  std::vector<ChildPlace> places() {
    std::vector<ChildPlace> out;
    const bool object = text_[at_ - 1] == '{';
    while (next_child(object ? '}' : ']')) {
      ChildPlace place{at_, at_, at_};
      if (object) {
        at_ = string_end(text_, at_);
        skip_colon();
        place.begin = at_;
      }
      skip_value();
      place.end = at_;
      out.push_back(place);
    }
    return out;
  }

  /// One past the bracket that closes the one at `begin`, if that is at most `limit` bytes on.
  [[nodiscard]] std::optional<std::size_t> end_within(std::size_t begin, std::size_t limit) const {
    std::size_t depth = 0;
    for (std::size_t i = begin; i - begin < limit;) {
      if (i - begin >= kLargeContainer && !source_.large.empty()) return known_end(begin, limit);
      switch (text_[i]) {
        case '"':
          i = string_end(text_, i);
          continue;
        case '/':
          i = skip_blanks(text_, i);
          continue;
        case '{':
        case '[':
          ++depth;
          break;
        case '}':
        case ']':
          if (--depth == 0) return i + 1;
          break;
        default:
          break;
      }
      ++i;
    }
    return std::nullopt;
  }

 private:
  using Entry = std::pair<std::string, Node>;

  void blanks() {
    const char c = text_[at_];
    if (c <= ' ' || c == '/') at_ = skip_blanks(text_, at_);
  }

  void skip_colon() {
    blanks();
    ++at_;
    blanks();
  }

  /// Goes to the next child; behind the closing bracket when there is none.
  bool next_child(char closing) {
    blanks();
    if (text_[at_] == ',') {
      ++at_;
      blanks();
    }
    if (text_[at_] != closing) return true;
    ++at_;
    return false;
  }

  /// Puts the children that follow on the stack: all open containers share one, so that each list of children is
  /// allocated once, in its final size.
  void read_children(bool object) {
    while (next_child(object ? '}' : ']')) {
      std::string key;
      if (object) {
        key = string();
        skip_colon();
      }
      Node child = value();
      stack_.emplace_back(std::move(key), std::move(child));
    }
  }

  std::vector<Node> take_items(std::size_t first) {
    std::vector<Node> out;
    out.reserve(stack_.size() - first);
    for (std::size_t i = first; i < stack_.size(); ++i) out.push_back(std::move(stack_[i].second));
    stack_.resize(first);
    return out;
  }

  Node::Members take_members(std::size_t first) {
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(first);
    Node::Members out{std::make_move_iterator(begin), std::make_move_iterator(stack_.end())};
    stack_.resize(first);
    return out;
  }

  Node value() {
    const std::size_t begin = at_;
    const char first = text_[begin];
    if (first == '{' || first == '[') return container(first == '{' ? Node::Kind::Object : Node::Kind::Array);
    Node node;
    if (first == '"') {
      node.kind = Node::Kind::String;
      node.text = string();
    } else if (first == 't' || first == 'f') {
      node.kind = Node::Kind::Bool;
      node.boolean = first == 't';
      at_ += node.boolean ? 4 : 5;
    } else if (first == 'n') {
      at_ += 4;
    } else {
      node.kind = Node::Kind::Number;
      at_ = number_end(text_, begin);
      node.text = text_.substr(begin, at_ - begin);
    }
    node.span = {source_.document, begin, at_};
    return node;
  }

  void skip_value() {
    switch (text_[at_]) {
      case '{':
      case '[':
        at_ = container_end(at_);
        return;
      case '"':
        at_ = string_end(text_, at_);
        return;
      case 't':
      case 'n':
        at_ += 4;
        return;
      case 'f':
        at_ += 5;
        return;
      default:
        at_ = number_end(text_, at_);
    }
  }

  Node container(Node::Kind kind) {
    const std::size_t begin = at_;
    if (!whole_) {
      at_ = container_end(begin);
      const SourceSpan span{source_.document, begin, at_};
      if (at_ - begin >= source_.fold_from) return Node{kind, span, source_};
    }
    at_ = begin + 1;
    const std::size_t first = stack_.size();
    const bool object = kind == Node::Kind::Object;
    // There is nothing to fold in what is too short itself.
    const bool outer = std::exchange(whole_, true);
    read_children(object);
    whole_ = outer;
    const SourceSpan span{source_.document, begin, at_};
    std::vector<Node> items;
    Node::Members members;
    if (object)
      members = take_members(first);
    else
      items = take_items(first);
    if (at_ - begin >= source_.fold_from) return Node{kind, span, source_, std::move(items), std::move(members)};
    Node node;
    node.kind = kind;
    node.span = span;
    if (object)
      node.members() = std::move(members);
    else
      node.items() = std::move(items);
    return node;
  }

  /// One past the bracket that closes the one at `begin`.
  [[nodiscard]] std::size_t container_end(std::size_t begin) const { return *end_within(begin, text_.size()); }

  [[nodiscard]] std::optional<std::size_t> known_end(std::size_t begin, std::size_t limit) const {
    const auto place = std::lower_bound(source_.large.begin(), source_.large.end(), begin,
                                        [](const ContainerPlace& one, std::size_t at) { return one.begin < at; });
    return place->end - begin <= limit ? std::optional{place->end} : std::nullopt;
  }

  std::string string() {
    const std::size_t begin = at_ + 1;
    at_ = string_end(text_, at_);
    const std::string_view written = text_.substr(begin, at_ - 1 - begin);
    std::size_t escape = written.find('\\');
    if (escape == std::string_view::npos) return std::string{written};
    std::string out;
    std::size_t plain = 0;
    for (; escape != std::string_view::npos; escape = written.find('\\', plain)) {
      out += written.substr(plain, escape - plain);
      plain = escape + append_escape(written, escape, out);
    }
    out += written.substr(plain);
    return out;
  }

  /// Appends what the escape at `at` stands for; returns its length.
  static std::size_t append_escape(std::string_view written, std::size_t at, std::string& out) {
    constexpr std::string_view kLetters = "bfnrt";
    constexpr std::string_view kMeant = "\b\f\n\r\t";
    const char letter = written[at + 1];
    if (letter != 'u') {
      const std::size_t known = kLetters.find(letter);
      out += known == std::string_view::npos ? letter : kMeant[known];
      return 2;
    }
    const char32_t unit = hex_unit(written, at + 2);
    if (unit < 0xD800 || unit > 0xDFFF) {
      append_utf8(out, unit);
      return 6;
    }
    append_utf8(out, 0x10000 + ((unit - 0xD800) << 10U) + (hex_unit(written, at + 8) - 0xDC00));
    return 12;
  }

  static char32_t hex_unit(std::string_view written, std::size_t digits) {
    std::uint32_t unit = 0;
    std::from_chars(written.data() + digits, written.data() + digits + 4, unit, 16);
    return unit;
  }

  const FoldSource& source_;
  std::string_view text_;
  std::size_t at_;
  bool whole_;
  std::vector<Entry> stack_;
};

}  // namespace

Node root_of(const FoldSource& source) {
  const std::size_t begin = skip_blanks(source.text, 0);
  const char first = source.text[begin];
  if (first != '{' && first != '[') return ChildReader::scalar(source, begin);
  Node node;
  if (first == '[') {
    node.kind = Node::Kind::Array;
    node.items() = ChildReader{source, begin}.items();
  } else {
    node.kind = Node::Kind::Object;
    node.members() = ChildReader{source, begin}.members();
  }
  const std::size_t last = source.text.find_last_of("}]");
  node.span = {source.document, begin, last + 1};
  return node;
}

std::vector<Node> items_at(const FoldSource& source, std::size_t begin, bool whole) {
  return ChildReader{source, begin, whole}.items();
}

std::vector<ChildPlace> places_at(const FoldSource& source, std::size_t begin) {
  const char first = source.text[begin];
  if (first != '{' && first != '[') return {};
  return ChildReader{source, begin}.places();
}

std::string string_at(const FoldSource& source, std::size_t begin) { return ChildReader::string(source, begin); }

Node::Members members_at(const FoldSource& source, std::size_t begin, bool whole) {
  return ChildReader{source, begin, whole}.members();
}

bool is_longer(const FoldSource& source, std::size_t begin, std::size_t bytes) {
  return !ChildReader{source, begin}.end_within(begin, bytes).has_value();
}

}  // namespace nsgcheck::io
