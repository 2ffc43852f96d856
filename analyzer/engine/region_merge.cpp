// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/region_merge.hpp"

#include <algorithm>
#include <utility>

namespace nsgcheck::engine {
namespace {

bool any_ports(const Region& region) { return region.source_ports.is_all() && region.destination_ports.is_all(); }

// A region with any port of TCP, UDP and SCTP and one of other protocols between the same addresses are one product.
std::vector<Region> join_protocols(std::vector<Region> ported, std::vector<Region> portless) {
  for (Region& other : portless) {
    const auto same = std::find_if(ported.begin(), ported.end(), [&](const Region& r) {
      return any_ports(r) && r.source == other.source && r.destination == other.destination;
    });
    if (same != ported.end())
      same->protocols |= other.protocols;
    else
      ported.push_back(std::move(other));
  }
  return ported;
}

// How alike two regions of different families are: whole sides go with whole sides, so that "any" stays "any".
int likeness(const Region& v4, const Region& v6, const FlowSet& question) {
  const auto alike = [](const AddressPart& a, const AddressPart& b, const AddressTerm& whole) {
    return (a.addresses.v4 == whole.known.v4) == (b.addresses.v6 == whole.known.v6) ? 1 : 0;
  };
  return alike(v4.source, v6.source, question.source) + alike(v4.destination, v6.destination, question.destination);
}

}  // namespace

std::vector<Region> merge(SpaceRegions regions, const FlowSet& question) {
  std::vector<Region> out = join_protocols(std::move(regions.v4_ported), std::move(regions.v4_portless));
  std::vector<Region> v6 = join_protocols(std::move(regions.v6_ported), std::move(regions.v6_portless));
  std::vector<bool> taken(out.size(), false);
  for (Region& region : v6) {
    int best_likeness = -1;
    std::size_t best = 0;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      // Symbols stand for their members of both families once the regions are one, so they must be the same.
      const bool fits = !taken[i] && out[i].source.symbols == region.source.symbols &&
                        out[i].destination.symbols == region.destination.symbols &&
                        out[i].protocols == region.protocols && out[i].source_ports == region.source_ports &&
                        out[i].destination_ports == region.destination_ports;
      const int score = fits ? likeness(out[i], region, question) : -1;
      if (score <= best_likeness) continue;
      best_likeness = score;
      best = i;
    }
    if (best_likeness < 0) {
      out.push_back(std::move(region));
      continue;
    }
    taken[best] = true;
    out[best].v6 = true;
    out[best].source.addresses = out[best].source.addresses | region.source.addresses;
    out[best].destination.addresses = out[best].destination.addresses | region.destination.addresses;
  }
  return out;
}

}  // namespace nsgcheck::engine
