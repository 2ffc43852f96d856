// SPDX-License-Identifier: Apache-2.0
// Any bytes parse, or fail at a place inside the text. What parses has every value where its span says: the bytes of
// the span alone parse to an equal value, and the value's pointer leads back to it. read_rules() takes every document.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "analyzer/io/reader.hpp"

namespace {

using namespace nsgcheck::io;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string token(std::string_view key) {
  std::string out = "/";
  for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

void judge(const Document& document, const Node& node, const std::string& pointer) {
  require(node.span.begin < node.span.end && node.span.end <= document.text.size());
  require(pointer_of(document, node.span) == pointer);
  const std::string_view own = std::string_view{document.text}.substr(node.span.begin, node.span.end - node.span.begin);
  const auto alone = parse_json("alone", own, 0);
  require(alone && same_value(alone->root, node));
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    judge(document, node.items[i], pointer + '/' + std::to_string(i));
  }
  for (const auto& [key, value] : node.members) judge(document, value, pointer + token(key));
}

void judge_fault(const Diagnostic& fault, std::string_view bytes) {
  require(!fault.message.empty());
  require(fault.position.line >= 1 && fault.position.line <= bytes.size() + 1);
  require(fault.position.column >= 1 && fault.position.column <= bytes.size() + 1);
  const auto text = decode_text(bytes);
  if (!text) return;
  std::size_t lines = 1;
  for (std::size_t i = 0; i < text->size(); ++i) {
    const bool lone = (*text)[i] == '\r' && (i + 1 == text->size() || (*text)[i + 1] != '\n');
    lines += (*text)[i] == '\n' || lone ? 1 : 0;
  }
  require(fault.position.end_line <= lines);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto document = parse_json("input.json", bytes, 0);
  if (!document) {
    judge_fault(document.error(), bytes);
    return 0;
  }
  judge(*document, document->root, "");
  const RuleSource source = read_rules(*document, {});
  require(!source.format.empty() || source.nsgs.empty());
  return 0;
}
