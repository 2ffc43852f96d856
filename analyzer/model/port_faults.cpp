// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/rule_text.hpp"
#include "analyzer/model/value_faults.hpp"

namespace nsgcheck::model {
namespace {

struct PortSide {
  std::string what;  // "source port"
  const std::vector<PortItem>& items;
};

bool has_inner_blank(std::string_view text) {
  const auto first = text.find_first_of("0123456789");
  const auto last = text.find_last_of("0123456789");
  return first != std::string_view::npos &&
         text.substr(first, last - first).find_first_of(" \t\r\n") != std::string_view::npos;
}

void judge_item(const SecurityRule& rule, const PortSide& side, const PortItem& item, std::vector<Fault>& faults) {
  const auto add = [&](FaultKind kind, std::string_view says) {
    faults.push_back({kind, span_in(rule, item.span), side.what + ' ' + quoted(item.text) + std::string{says}});
  };
  if (std::holds_alternative<AnyPort>(item.value) && item.in_list)
    add(FaultKind::PortWildcardInList, " stands in a list, where only numbers and ranges may; give it alone");
  if (std::holds_alternative<PortRange>(item.value) && has_inner_blank(item.text))
    add(FaultKind::BadPort, " has blanks inside; write low-high without");
  const auto* unknown = std::get_if<Undetermined>(&item.value);
  if (unknown == nullptr || unknown->reason != Reason::InvalidRule || reported_at(rule, item.span)) return;
  if (is_reversed_port_range(item.text))
    add(FaultKind::ReversedPortRange, " runs backwards; the lower port comes first");
  else
    add(FaultKind::BadPort, " is neither *, nor a port 0 to 65535, nor a range low-high");
}

void judge_side(const SecurityRule& rule, const PortSide& side, std::vector<Fault>& faults) {
  if (side.items.empty())
    faults.push_back({FaultKind::EmptySide, rule.span, "no " + side.what + " is given; write \"*\" for any"});
  for (std::size_t i = 0; i < side.items.size();) {
    if (!side.items[i].from_commas) {
      ++i;
      continue;
    }
    const CommaRun run = comma_run(side.items, i);
    faults.push_back({FaultKind::CommaPorts, span_in(rule, side.items[i].span),
                      side.what + ' ' + quoted(run.text) + " holds commas; write a list with one entry each"});
    i += run.count;
  }
  for (const PortItem& item : side.items) judge_item(rule, side, item, faults);
}

}  // namespace

void find_port_faults(const SecurityRule& rule, std::vector<Fault>& faults) {
  judge_side(rule, {"source port", rule.source_ports}, faults);
  judge_side(rule, {"destination port", rule.destination_ports}, faults);
}

}  // namespace nsgcheck::model
