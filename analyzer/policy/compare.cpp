// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/compare.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/model/rule_change.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/policy/audit.hpp"
#include "analyzer/policy/flow_words.hpp"
#include "analyzer/policy/judge.hpp"
#include "analyzer/policy/witness.hpp"

namespace nsgcheck::policy {
namespace {

// Ports over which a machine is taken over rather than used: remote shells and desktops, and the RemoteForwarder's.
constexpr std::array<net::Port, 9> kManagementPorts{22, 23, 135, 445, 3389, 5900, 5985, 5986, 20000};

int danger(const Change& change, const net::AddressSet& internet, const engine::SymbolTable& symbols) {
  const engine::Region& region = change.region.region;
  const bool inbound = change.direction == net::Direction::Inbound;
  const engine::AddressPart& far = inbound ? region.source : region.destination;
  const bool outside =
      far.addresses.overlaps(internet) || std::any_of(far.symbols.begin(), far.symbols.end(), [&](engine::SymbolId id) {
        return symbols[id].kind == engine::Symbol::Kind::ServiceTag;
      });
  const bool ported = (region.protocols & net::ported_protocols()).any();
  const bool management = ported && std::any_of(kManagementPorts.begin(), kManagementPorts.end(),
                                                [&](net::Port p) { return region.destination_ports.contains(p); });
  constexpr int kInside = 8;
  constexpr int kOrdinary = 4;
  return (outside ? 0 : kInside) + (management ? 0 : kOrdinary) + static_cast<int>(Width::Wide) -
         static_cast<int>(widest_source({change.region}, symbols));
}

std::vector<model::AddressItem> items_of(const engine::AddressPart& part, const engine::SymbolTable& symbols) {
  std::vector<model::AddressItem> out;
  for (const engine::SymbolId id : part.symbols)
    out.push_back(symbols[id].kind == engine::Symbol::Kind::Asg
                      ? model::asg_item(symbols[id].name, {})
                      : model::parse_address_item(symbols[id].name, {}, false));
  for (model::AddressItem& item : model::block_items(part.addresses)) out.push_back(std::move(item));
  return out;
}

/// Puts the differences of both directions of one pair into lists.
class Lister {
 public:
  Lister(const model::NetworkContext& context, NsgDiff& out)
      : context_{context}, internet_{model::internet(context.virtual_network)}, out_{out} {}

  void add(net::Direction direction, const engine::FilterDiff& found) {
    for (const engine::Difference& difference : found.differences)
      for (const engine::Region& region : difference.regions)
        add(direction, difference.contrast, region, found.symbols);
    out_.complete = out_.complete && found.complete;
    out_.takes_values_alike = out_.takes_values_alike || found.takes_values_alike;
  }

  void finish() {
    for (auto* list : {&out_.allowed, &out_.denied, &out_.unknown})
      std::stable_sort(list->begin(), list->end(),
                       [](const Change& a, const Change& b) { return a.danger < b.danger; });
  }

 private:
  void add(net::Direction direction, const engine::Contrast& contrast, const engine::Region& region,
           const engine::SymbolTable& symbols) {
    const bool addresses_only =
        contrast.shift == engine::Shift::Unknown && region.source.symbols.empty() && region.destination.symbols.empty();
    Change change{direction,
                  contrast.shift,
                  contrast.old_allows,
                  contrast.new_allows,
                  contrast.old_rule,
                  contrast.new_rule,
                  contrast.reason,
                  name_flows(region, context_, symbols, addresses_only),
                  {},
                  pick_witness(region, symbols),
                  items_of(direction == net::Direction::Inbound ? region.source : region.destination, symbols),
                  0};
    change.words = flow_words(change.region, context_);
    change.danger = danger(change, internet_, symbols);
    auto& list = contrast.shift == engine::Shift::NewlyAllowed  ? out_.allowed
                 : contrast.shift == engine::Shift::NewlyDenied ? out_.denied
                                                                : out_.unknown;
    list.push_back(std::move(change));
  }

  const model::NetworkContext& context_;
  net::AddressSet internet_;
  NsgDiff& out_;
};

DiffStatus status_of(const NsgDiff& diff) {
  if (diff.nsgs.before == nullptr) return DiffStatus::Added;
  if (diff.nsgs.after == nullptr) return DiffStatus::Removed;
  if (!diff.allowed.empty() || !diff.denied.empty()) return DiffStatus::Changed;
  return diff.is_equivalent() ? DiffStatus::Equal : DiffStatus::Unknown;
}

}  // namespace

std::string_view name(DiffStatus status) {
  switch (status) {
    case DiffStatus::Equal:
      return "equal";
    case DiffStatus::Changed:
      return "changed";
    case DiffStatus::Added:
      return "added";
    case DiffStatus::Removed:
      return "removed";
    case DiffStatus::Unknown:
      return "unknown";
  }
  return "unknown";
}

NsgDiff compare(const NsgPair& pair, const model::NetworkContext& context, bool same_text) {
  NsgDiff out;
  out.nsgs = pair;
  Lister lister{context, out};
  for (const net::Direction direction : {net::Direction::Inbound, net::Direction::Outbound})
    lister.add(direction, engine::diff(pair.before, pair.after, direction, context, {.same_text = same_text}));
  lister.finish();
  out.status = status_of(out);
  return out;
}

std::vector<Assumption> diff_assumptions(const std::vector<NsgDiff>& diffs, const model::NetworkContext& context) {
  std::vector<Assumption> out;
  if (!diffs.empty() && context.virtual_network_assumed) out = assumptions({"virtual-network-default"}, context, {});
  if (std::any_of(diffs.begin(), diffs.end(), [](const NsgDiff& one) { return one.takes_values_alike; }))
    out.push_back(
        {"open-values-alike", "values that the inputs leave open and write alike are the same on both sides"});
  return out;
}

}  // namespace nsgcheck::policy
