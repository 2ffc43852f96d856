// SPDX-License-Identifier: Apache-2.0
// Any bytes parse, or fail at a place inside the text. What parses has every value where its span says: the bytes of
// the span alone parse to an equal value, and the value's pointer leads back to it. Folded, and read by the quick
// reader wherever that takes it, it says the same. read_rules() takes every document.
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
  for (std::size_t i = 0; i < node.items().size(); ++i) {
    judge(document, node.items()[i], pointer + '/' + std::to_string(i));
  }
  for (const auto& [key, value] : node.members()) judge(document, value, pointer + token(key));
}

void judge_same(const Node& whole, const Node& folded) {
  require(same_value(whole, folded) && whole.span == folded.span);
  for (std::size_t i = 0; i < whole.items().size(); ++i) judge_same(whole.items()[i], folded.items()[i]);
  for (std::size_t i = 0; i < whole.members().size(); ++i) {
    judge_same(whole.members()[i].second, folded.members()[i].second);
  }
}

void judge_folded(const Document& whole, std::string_view bytes, const FoldOptions& options) {
  const auto folded = parse_folded_json("input.json", std::string{bytes}, 0, options);
  require(folded.has_value());
  judge_same(whole.root, folded->root);
  require(folded->duplicates.size() == whole.duplicates.size());
  for (std::size_t i = 0; i < whole.duplicates.size(); ++i) {
    require(folded->duplicates[i].contradicts == whole.duplicates[i].contradicts);
  }
  const RuleSource source = read_rules(*folded, {});
  const RuleSource expected = read_rules(whole, {});
  require(source.format == expected.format && source.nsgs.size() == expected.nsgs.size());
  require(source.errors.size() == expected.errors.size() && source.skipped.size() == expected.skipped.size());
  for (std::size_t i = 0; i < source.nsgs.size(); ++i) {
    require(source.nsgs[i].rules.size() == expected.nsgs[i].rules.size());
    require(source.nsgs[i].faults.size() == expected.nsgs[i].faults.size());
  }
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
    const auto folded = parse_folded_json("input.json", std::string{bytes}, 0, {.chunk = 8});
    require(!folded && folded.error().message == document.error().message);
    return 0;
  }
  judge(*document, document->root, "");
  judge_folded(*document, bytes, {.fold_from = 1, .read_whole = 0, .chunk = 8});
  judge_folded(*document, bytes, {.fold_from = 20, .read_whole = 40, .threads = 2, .chunk = 50});
  const RuleSource source = read_rules(*document, {});
  require(!source.format.empty() || source.nsgs.empty());
  return 0;
}
