// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/json_children.hpp"

#include <charconv>

#include "analyzer/io/encoding.hpp"
#include "analyzer/io/json_fault.hpp"

namespace nsgcheck::io {
namespace {

/// Reads children from a text that is known to be right, so that nothing is checked here.
class ChildReader {
 public:
  ChildReader(const FoldSource& source, std::size_t begin) : source_{source}, text_{source.text}, at_{begin + 1} {}

  std::vector<Node> items() {
    std::vector<Node> out;
    while (next_child(']')) out.push_back(value());
    return out;
  }

  Node::Members members() {
    Node::Members out;
    while (next_child('}')) {
      std::string key = string();
      at_ = skip_blanks(text_, skip_blanks(text_, at_) + 1);  // the colon
      out.emplace_back(std::move(key), value());
    }
    return out;
  }

  std::optional<ChildPlace> ending_after(std::uint64_t offset) {
    const bool object = text_[at_ - 1] == '{';
    for (std::size_t index = 0; next_child(object ? '}' : ']'); ++index) {
      const std::size_t key = at_;
      if (object) {
        at_ = skip_blanks(text_, string_end(text_, key));
        at_ = skip_blanks(text_, at_ + 1);  // the colon
      }
      const std::size_t begin = at_;
      skip_value();
      if (at_ <= offset) continue;
      at_ = key;
      return ChildPlace{object ? std::optional{string()} : std::nullopt, index, begin};
    }
    return std::nullopt;
  }

 private:
  /// Goes to the next child; behind the closing bracket when there is none.
  bool next_child(char closing) {
    at_ = skip_blanks(text_, at_);
    if (text_[at_] == ',') at_ = skip_blanks(text_, at_ + 1);
    if (text_[at_] != closing) return true;
    ++at_;
    return false;
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
    at_ = container_end(begin);
    const SourceSpan span{source_.document, begin, at_};
    if (at_ - begin >= source_.fold_from) return Node{kind, span, source_};
    Node node;
    node.kind = kind;
    node.span = span;
    ChildReader inside{source_, begin};
    if (kind == Node::Kind::Array)
      node.items() = inside.items();
    else
      node.members() = inside.members();
    return node;
  }

  /// One past the bracket that closes the one at `begin`.
  [[nodiscard]] std::size_t container_end(std::size_t begin) const {
    std::size_t depth = 0;
    for (std::size_t i = begin;;) {
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
};

}  // namespace

std::vector<Node> items_at(const FoldSource& source, std::size_t begin) { return ChildReader{source, begin}.items(); }

std::optional<ChildPlace> child_ending_after(const FoldSource& source, std::size_t begin, std::uint64_t offset) {
  const char first = source.text[begin];
  if (first != '{' && first != '[') return std::nullopt;
  return ChildReader{source, begin}.ending_after(offset);
}

Node::Members members_at(const FoldSource& source, std::size_t begin) { return ChildReader{source, begin}.members(); }

}  // namespace nsgcheck::io
