// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/simplify_merge.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "analyzer/model/rule_change.hpp"

namespace nsgcheck::engine {
namespace {

using model::AddressItem;
using model::PortItem;

// A list longer than this is no easier to read than two rules.
constexpr std::size_t kMostEntries = 500;

enum class Side : std::uint8_t { Source, SourcePorts, Destination, DestinationPorts };

/// What a rule says but for one side, as ids of equal sets.
using Rest = std::vector<std::uint32_t>;

Rest rest_of(const Filter& filter, RuleIndex rule, Side side) {
  const auto& v4 = filter.sides<net::Ipv4>();
  const auto& v6 = filter.sides<net::Ipv6>();
  Rest rest{filter.rules()[rule].may_allow ? 1U : 0U, filter.protocol(rule)};
  if (side != Side::Source) rest.insert(rest.end(), {v4.source[rule], v6.source[rule]});
  if (side != Side::Destination) rest.insert(rest.end(), {v4.destination[rule], v6.destination[rule]});
  if (side != Side::SourcePorts) rest.push_back(filter.source_ports(rule, true));
  if (side != Side::DestinationPorts) rest.push_back(filter.destination_ports(rule, true));
  return rest;
}

std::optional<net::PortSet> ports_of(const std::vector<PortItem>& items) {
  std::vector<net::Interval<net::Port>> runs;
  for (const PortItem& item : items) {
    const auto* range = std::get_if<model::PortRange>(&item.value);
    if (range == nullptr) return std::nullopt;
    runs.push_back({range->low, range->high});
  }
  return net::PortSet::from(std::move(runs));
}

std::optional<std::vector<PortItem>> joined(const std::vector<PortItem>& a, const std::vector<PortItem>& b) {
  const auto left = ports_of(a);
  const auto right = ports_of(b);
  if (!left || !right) return std::nullopt;
  std::vector<PortItem> out;
  if (left->overlaps(*right)) {
    const net::PortSet both = *left | *right;
    for (const auto& run : both.intervals()) out.push_back(model::port_item({run.low, run.high}));
  } else {
    out = a;
    out.insert(out.end(), b.begin(), b.end());
  }
  for (PortItem& item : out) item.in_list = true;
  return out;
}

// Blocks as the API takes them in a list; anything else stays where it is.
std::optional<net::AddressSet> blocks_of(const std::vector<AddressItem>& items) {
  net::AddressSet set;
  for (const AddressItem& item : items) {
    const auto* block = std::get_if<model::Block>(&item.value);
    if (block == nullptr || block->host_bits) return std::nullopt;
    set = set | net::AddressSet::of(block->prefix);
  }
  if (!set.v4.empty() && !set.v6.empty()) return std::nullopt;
  return set;
}

std::optional<std::vector<AddressItem>> joined(const std::vector<AddressItem>& a, const std::vector<AddressItem>& b) {
  const auto left = blocks_of(a);
  const auto right = blocks_of(b);
  if (!left || !right || left->v4.empty() != right->v4.empty()) return std::nullopt;
  std::vector<AddressItem> out;
  if (left->overlaps(*right)) {
    for (model::AddressItem& block : model::block_items(*left | *right)) out.push_back(std::move(block));
  } else {
    out = a;
    out.insert(out.end(), b.begin(), b.end());
  }
  for (AddressItem& item : out) item.in_list = true;
  return out;
}

// Writes the entries of both into `to`; false when they cannot stand in one list.
bool join_side(model::SecurityRule& to, const model::SecurityRule& from, Side side) {
  const auto join = [](auto& mine, const auto& other) {
    auto both = joined(mine, other);
    if (!both || both->size() > kMostEntries) return false;
    mine = std::move(*both);
    return true;
  };
  switch (side) {
    case Side::Source:
      return join(to.sources, from.sources);
    case Side::Destination:
      return join(to.destinations, from.destinations);
    case Side::SourcePorts:
      return join(to.source_ports, from.source_ports);
    case Side::DestinationPorts:
      break;
  }
  return join(to.destination_ports, from.destination_ports);
}

bool may_move_up(AllSpaces& spaces, RuleIndex rule, RuleIndex to) {
  for (std::size_t s = 0; s < spaces.size(); ++s)
    if (spaces[s].may_match(rule) && !spaces[s].may_move_up(rule, to)) return false;
  return true;
}

/// Merges along one side.
class SideMerge {
 public:
  SideMerge(model::Nsg& nsg, const Filter& filter, AllSpaces& spaces, std::vector<bool>& is_taken)
      : nsg_{nsg}, filter_{filter}, spaces_{spaces}, is_taken_{is_taken} {}

  void run(Side side, const std::function<bool(RuleIndex)>& may_merge, std::vector<Merge>& out) {
    std::map<Rest, std::vector<RuleIndex>> alike;
    for (RuleIndex rule = 0; rule < filter_.rules().size(); ++rule)
      if (!is_taken_[rule] && may_merge(rule)) alike[rest_of(filter_, rule, side)].push_back(rule);
    for (const auto& [rest, rules] : alike)
      if (rules.size() > 1) merge_alike(rules, side, out);
  }

 private:
  void merge_alike(const std::vector<RuleIndex>& rules, Side side, std::vector<Merge>& out) {
    std::vector<RuleIndex> heads;
    for (const RuleIndex rule : rules) {
      const auto into = std::find_if(heads.begin(), heads.end(), [&](RuleIndex head) {
        if (filter_.rules()[head].priority == filter_.rules()[rule].priority) return false;
        if (!may_move_up(spaces_, rule, head)) return false;
        return join_side(nsg_.rules[filter_.origin(head)], nsg_.rules[filter_.origin(rule)], side);
      });
      if (into == heads.end()) {
        heads.push_back(rule);
        continue;
      }
      // What the filter says of both is no longer so; they take part again in the next round.
      is_taken_[rule] = is_taken_[*into] = true;
      out.push_back({rule, *into});
    }
  }

  model::Nsg& nsg_;
  const Filter& filter_;
  AllSpaces& spaces_;
  std::vector<bool>& is_taken_;
};

}  // namespace

std::vector<Merge> merge_rules(model::Nsg& nsg, const Filter& filter, AllSpaces& spaces,
                               const std::function<bool(RuleIndex)>& may_merge) {
  std::vector<Merge> out;
  std::vector<bool> is_taken(filter.rules().size(), false);
  SideMerge merge{nsg, filter, spaces, is_taken};
  for (const Side side : {Side::DestinationPorts, Side::Source, Side::Destination, Side::SourcePorts})
    merge.run(side, may_merge, out);
  return out;
}

}  // namespace nsgcheck::engine
