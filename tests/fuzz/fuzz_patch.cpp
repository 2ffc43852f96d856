// SPDX-License-Identifier: Apache-2.0
// A change of any readable rule set is refused with a reason, or its edits lie in the text, do not overlap, and make it
// say exactly the changed rules: a rule less, or one with other destination ports.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/io/patch.hpp"
#include "analyzer/io/reader.hpp"
#include "tests/fuzz/fault_place.hpp"

namespace {

using namespace nsgcheck;

void judge(const io::Document& document, const io::RuleSource& source, std::size_t at,
           const std::vector<model::RuleChange>& changes) {
  const model::Nsg nsg = model::with_defaults(source.nsgs[at]);
  const auto edits = io::patch(document, source.format, nsg, changes);
  if (!edits) {
    fuzz::require(!edits.error().empty());
    return;
  }
  std::size_t end = 0;
  for (const io::TextEdit& edit : *edits) {
    fuzz::require(end <= edit.begin && edit.begin <= edit.end && edit.end <= document.text.size());
    end = edit.end;
  }
  const std::string text = io::edited(document.text, *edits);
  fuzz::require(edits->empty() || !io::unified_diff("input.json", document.text, *edits).empty());
  const auto again = io::parse_json("input.json", text, 0);
  fuzz::require(again.has_value());
  // A document that says a thing twice may mean another of its copies: there only the text is judged.
  if (!document.duplicates.empty() || !source.errors.empty()) return;
  const io::RuleSource changed = io::read_rules(*again, {});
  fuzz::require(changed.nsgs.size() == source.nsgs.size());
  for (std::size_t i = 0; i < source.nsgs.size(); ++i) {
    const model::Nsg was = model::with_defaults(source.nsgs[i]);
    fuzz::require(model::same_rules(model::with_defaults(changed.nsgs[i]), i == at ? model::apply(nsg, changes) : was));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = io::parse_json("input.json", std::string{reinterpret_cast<const char*>(data), size}, 0);
  if (!document) return 0;
  const io::RuleSource source = io::read_rules(*document, {});
  for (std::size_t at = 0; at < std::min<std::size_t>(source.nsgs.size(), 2); ++at) {
    const auto& rules = source.nsgs[at].rules;
    for (std::uint32_t rule = 0; rule < std::min<std::size_t>(rules.size(), 3); ++rule) {
      judge(*document, source, at, {model::RemoveRule{rule}});
      model::SecurityRule other = rules[rule];
      other.destination_ports = {model::port_item({4711, 4712})};
      judge(*document, source, at, {model::ReplaceRule{rule, other}});
    }
  }
  return 0;
}
