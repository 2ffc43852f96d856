// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "analyzer/model/network_context.hpp"
#include "analyzer/model/value_faults.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

struct AddressSide {
  std::string what;  // "source"
  const std::vector<AddressItem>& items;
};

std::string text_of(const net::AnyPrefix& prefix) {
  return std::visit([](const auto& p) { return net::to_string(p); }, prefix);
}

void judge_item(const SecurityRule& rule, const AddressSide& side, const AddressItem& item,
                std::vector<Fault>& faults) {
  const auto add = [&](FaultKind kind, const std::string& says) {
    faults.push_back({kind, span_in(rule, item.span), side.what + ' ' + quoted(item.text) + says});
  };
  if (std::holds_alternative<AnyAddress>(item.value) && item.in_list)
    add(FaultKind::AddressWildcardInList, " stands in a list, where only addresses may; give it alone");
  if (std::holds_alternative<ServiceTag>(item.value) && item.in_list)
    add(FaultKind::TagInList, " is a service tag in a list, where only addresses may stand; give it alone");
  if (std::holds_alternative<AddressRange>(item.value))
    add(FaultKind::AddressRangeForm, " is a range of addresses; write CIDR blocks");
  if (const auto* block = std::get_if<Block>(&item.value); block != nullptr && block->host_bits)
    add(FaultKind::HostBits, " has bits set below its prefix length; the block is " + text_of(block->prefix));
  const auto* unknown = std::get_if<Undetermined>(&item.value);
  if (unknown == nullptr || unknown->reason != Reason::InvalidRule || reported_at(rule, item.span)) return;
  if (net::same_word(item.text, "any") || net::same_word(item.text, "all"))
    add(FaultKind::BadAddress, " is no wildcard; write \"*\" for any address");
  else
    add(FaultKind::BadAddress, " is neither *, nor an address, nor a CIDR block, nor a service tag");
}

// One fault a string: the API refuses the string, whatever its parts are.
void judge_commas(const SecurityRule& rule, const AddressSide& side, std::vector<Fault>& faults) {
  for (std::size_t i = 0; i < side.items.size();) {
    if (!side.items[i].from_commas) {
      ++i;
      continue;
    }
    const CommaRun run = comma_run(side.items, i);
    faults.push_back({FaultKind::BadAddress, span_in(rule, side.items[i].span),
                      side.what + ' ' + quoted(run.text) + " holds commas; write a list with one entry each"});
    i += run.count;
  }
}

struct PlacedBlock {
  net::IpAddress low;
  net::IpAddress high;
  std::size_t place;  // index into the side's items
};

template <class Address>
PlacedBlock placed(const net::Prefix<Address>& prefix, std::size_t place) {
  return {Address{prefix.low()}, Address{prefix.high()}, place};
}

// Blocks of one family are nested or disjoint, so after sorting by start, widest first, it is enough to hold each
// against the last one that no other contained. All of IPv4 sorts before IPv6.
void judge_overlaps(const SecurityRule& rule, const AddressSide& side, std::vector<Fault>& faults) {
  std::vector<PlacedBlock> blocks;
  for (std::size_t i = 0; i < side.items.size(); ++i)
    if (const auto* block = std::get_if<Block>(&side.items[i].value))
      blocks.push_back(std::visit([i](const auto& p) { return placed(p, i); }, block->prefix));
  std::sort(blocks.begin(), blocks.end(), [](const PlacedBlock& a, const PlacedBlock& b) {
    if (a.low != b.low) return a.low < b.low;
    if (a.high != b.high) return b.high < a.high;
    return a.place < b.place;
  });
  std::vector<std::pair<std::size_t, std::size_t>> inner_outer;
  const PlacedBlock* outer = nullptr;
  for (const PlacedBlock& block : blocks) {
    const bool inside = outer != nullptr && !(outer->high < block.low);
    if (inside)
      inner_outer.emplace_back(block.place, outer->place);
    else
      outer = &block;
  }
  std::sort(inner_outer.begin(), inner_outer.end());
  for (const auto& [inner, wide] : inner_outer)
    faults.push_back({FaultKind::OverlappingAddresses, span_in(rule, side.items[inner].span),
                      side.what + ' ' + quoted(side.items[inner].text) + " lies inside " +
                          quoted(side.items[wide].text) + " of the same list; leave one out"});
}

// Families of what is written as an address: `*`, tags and ASGs take either, also where the input lists what they stand
// for.
std::optional<net::Family> family_of(const AddressItem& item) {
  if (is_tag_word(item.text)) return std::nullopt;
  if (const auto* block = std::get_if<Block>(&item.value))
    return std::holds_alternative<net::Prefix4>(block->prefix) ? net::Family::V4 : net::Family::V6;
  if (const auto* range = std::get_if<AddressRange>(&item.value)) return net::family_of(range->low);
  return std::nullopt;
}

void judge_families(const SecurityRule& rule, const std::array<AddressSide, 2>& sides, std::vector<Fault>& faults) {
  const AddressItem* first = nullptr;
  for (const AddressSide& side : sides) {
    for (const AddressItem& item : side.items) {
      const auto family = family_of(item);
      if (!family) continue;
      if (first == nullptr) first = &item;
      if (family_of(*first) == family) continue;
      faults.push_back({FaultKind::MixedFamilies, span_in(rule, item.span),
                        side.what + ' ' + quoted(item.text) + " and " + quoted(first->text) +
                            " are of different address families; write one rule for each"});
      return;
    }
  }
}

}  // namespace

void find_address_faults(const SecurityRule& rule, std::vector<Fault>& faults) {
  const std::array<AddressSide, 2> sides{{{"source", rule.sources}, {"destination", rule.destinations}}};
  for (const AddressSide& side : sides) {
    if (side.items.empty())
      faults.push_back({FaultKind::EmptySide, rule.span,
                        "no " + side.what + " is given: no prefix and no application security group"});
    judge_commas(rule, side, faults);
    for (const AddressItem& item : side.items) judge_item(rule, side, item, faults);
    judge_overlaps(rule, side, faults);
  }
  judge_families(rule, sides, faults);
}

}  // namespace nsgcheck::model
