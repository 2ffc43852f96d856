// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/security_rule.hpp"

namespace nsgcheck::model {

/// Appends the faults of a rule's ports: bad, reversed, comma strings, `*` in a list, nothing given.
void find_port_faults(const SecurityRule& rule, std::vector<Fault>& faults);

/// Appends the faults of a rule's addresses: bad, comma strings, host bits, ranges, families, overlaps, `*` or a tag in
/// a list, nothing given.
void find_address_faults(const SecurityRule& rule, std::vector<Fault>& faults);

/// `text` in double quotes, cut to a length that fits a message.
[[nodiscard]] std::string quoted(std::string_view text);

/// `span`, or the rule's own where the value has none.
[[nodiscard]] SourceSpan span_in(const SecurityRule& rule, SourceSpan span);

/// True when a reader has already said what is wrong with the value at `span`.
[[nodiscard]] bool reported_at(const SecurityRule& rule, SourceSpan span);

/// The texts of the items of one comma string, from `first` on, joined again; `count` is how many there are.
struct CommaRun {
  std::string text;
  std::size_t count{};
};

/// REQUIRES: items[first].from_commas.
template <class Item>
[[nodiscard]] CommaRun comma_run(const std::vector<Item>& items, std::size_t first) {
  CommaRun run;
  for (std::size_t i = first; i < items.size() && items[i].from_commas && items[i].span == items[first].span; ++i) {
    if (run.count++ > 0) run.text += ',';
    run.text += items[i].text;
  }
  return run;
}

}  // namespace nsgcheck::model
