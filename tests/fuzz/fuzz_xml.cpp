// SPDX-License-Identifier: Apache-2.0
// Any bytes are XML, or fail at a place inside the text. What parses has every element where its span says: the bytes
// of the span alone, in the encoding of the text, parse to an equal element.
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/io/xml.hpp"
#include "tests/fuzz/fault_place.hpp"

namespace {

using namespace nsgcheck;

void judge(const io::Document& document, const io::Node& node) {
  fuzz::require(node.span.begin <= node.span.end && node.span.end <= document.text.size());
  if (!node.is(io::Node::Kind::Object)) return;
  const std::string_view own = std::string_view{document.text}.substr(node.span.begin, node.span.end - node.span.begin);
  fuzz::require(own.starts_with('<') && own.ends_with('>'));
  const auto alone = io::parse_xml("alone", own, 0);
  fuzz::require(alone && alone->root.members().size() == 1 && io::same_value(alone->root.members()[0].second, node));
  for (const auto& [name, child] : node.members()) judge(document, child);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto document = io::parse_xml("input.xml", bytes, 0);
  if (!document) {
    fuzz::require_place(document.error(), bytes);
    return 0;
  }
  fuzz::require(document->root.members().size() == 1);
  judge(*document, document->root.members()[0].second);
  return 0;
}
