// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/yaml.hpp"

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "analyzer/io/position.hpp"

namespace nsgcheck::io {
namespace {

[[noreturn]] void refuse(const YAML::Mark& mark, const std::string& message) {
  throw YAML::ParserException{mark, message};
}

/// Builds nodes from the parser's events; YAML::Node would lose duplicate keys and the places of keys.
class NodeBuilder final : public YAML::EventHandler {
 public:
  explicit NodeBuilder(std::string_view text) : text_{text} {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    put(mark, leaf(Node::Kind::Null, mark, ""));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, "aliases are not allowed"); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    put(mark, leaf(Node::Kind::String, mark, value));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::Array, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::Object, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    YAML::Mark mark;
    std::set<std::string> keys;
    bool has_key{};       ///< the last member's value is still to come
    SourceSpan key_span;  ///< of the last member
  };

  static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) refuse(mark, "anchors are not allowed");
  }

  // yaml-cpp gives "?" for what is plain and "!" for what stands in quotes.
  static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!") refuse(mark, fmt::format("the tag \"{}\" is not allowed", tag));
  }

  Node leaf(Node::Kind kind, const YAML::Mark& mark, const std::string& value) const {
    const auto begin = static_cast<std::size_t>(mark.pos < 0 ? 0 : mark.pos);
    Node node;
    node.kind = kind;
    node.text = value;
    // A text in quotes or over several lines is not its own source; its begin is what a message needs.
    const bool verbatim = begin <= text_.size() && text_.substr(begin).starts_with(value);
    node.span = {0, begin, begin + (verbatim ? value.size() : 1)};
    return node;
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (!open_.empty() && open_.back().node.is(Node::Kind::Object) && !open_.back().has_key)
      refuse(mark, "a key must be a single word or text");
    open_.push_back({leaf(kind, mark, ""), mark, {}, false, {}});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    put(done.mark, std::move(done.node));
  }

  void put(const YAML::Mark& mark, Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is(Node::Kind::Object) && !parent.has_key) {
      if (!parent.keys.insert(node.text).second) refuse(mark, fmt::format("the key \"{}\" stands twice", node.text));
      parent.key_span = node.span;
      parent.node.members().emplace_back(std::move(node.text), Node{});
      parent.has_key = true;
      return;
    }
    parent.node.span.end = std::max(parent.node.span.end, node.span.end);
    if (parent.node.is(Node::Kind::Array)) {
      parent.node.items().push_back(std::move(node));
    } else {
      // What is not there is placed by the parser at what comes next.
      if (node.is(Node::Kind::Null)) node.span = parent.key_span;
      parent.node.members().back().second = std::move(node);
      parent.has_key = false;
    }
  }

  std::string_view text_;
  Node root_;
  std::vector<Open> open_;
};

Diagnostic at_mark(const Document& document, const YAML::Exception& error) {
  const bool nowhere = error.mark.is_null() || error.mark.pos < 0;
  std::size_t begin = nowhere ? 0 : static_cast<std::size_t>(error.mark.pos);
  std::string message = error.msg;
  // `*` alone is what people write for "any"; YAML takes it for the start of an alias.
  if (message == YAML::ErrorMsg::ALIAS_NOT_FOUND && begin > 0) {
    message = "a * at the start of a value must stand in quotes: \"*\"";
    --begin;
  }
  return {document.file, position_in(document.text, document.line_starts, begin, begin + 1), std::move(message)};
}

}  // namespace

tl::expected<Document, Diagnostic> parse_yaml(std::string file, std::string_view bytes) {
  Document document;
  document.file = std::move(file);
  auto text = decode_text(bytes);
  if (!text) return tl::unexpected{Diagnostic{document.file, {}, text.error()}};
  document.text = *std::move(text);
  document.line_starts = line_starts_of(document.text);
  document.code_point_marks = code_point_marks_of(document.text);
  std::istringstream stream{document.text};
  NodeBuilder builder{document.text};
  try {
    YAML::Parser parser{stream};
    if (!parser.HandleNextDocument(builder)) {
      return tl::unexpected{Diagnostic{document.file, {}, "the file holds no YAML document"}};
    }
    document.root = builder.take();
    if (parser.HandleNextDocument(builder)) {
      return tl::unexpected{Diagnostic{document.file, {}, "the file holds more than one YAML document"}};
    }
  } catch (const YAML::Exception& error) {
    return tl::unexpected{at_mark(document, error)};
  }
  return document;
}

}  // namespace nsgcheck::io
