// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/naming.hpp"

#include <algorithm>

#include "analyzer/model/application_group.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::policy {
namespace {

using engine::AddressPart;
using engine::AddressTerm;
using engine::SymbolId;
using engine::SymbolTable;

// All symbols that the question surely holds are in the part, too.
// Symbols that the whole implies but does not name are among its real addresses.
bool has_all_symbols(const AddressPart& part, const AddressTerm& whole) {
  return std::all_of(whole.symbols.begin(), whole.symbols.end(), [&](SymbolId id) {
    return std::find(part.symbols.begin(), part.symbols.end(), id) != part.symbols.end();
  });
}

// A symbol inside another of the list says nothing new.
std::vector<std::string> symbol_names(const std::vector<SymbolId>& ids, const SymbolTable& symbols) {
  std::vector<std::string> out;
  for (const SymbolId id : ids) {
    const bool inside =
        std::any_of(ids.begin(), ids.end(), [&](SymbolId other) { return other != id && symbols.within(id, other); });
    if (!inside) out.push_back(symbols[id].name);
  }
  return out;
}

std::vector<std::string> exact(const AddressPart& part, const SymbolTable& symbols) {
  std::vector<std::string> out = symbol_names(part.symbols, symbols);
  for (std::string& text : net::to_strings(part.addresses)) out.push_back(std::move(text));
  return out;
}

// Both families of the question, or those that the other side of the region leaves possible.
bool is_whole(const AddressPart& part, const AddressPart& other, const AddressTerm& whole,
              bool only_possible_families) {
  const bool skip_v4 = only_possible_families && other.addresses.v4.empty() && other.symbols.empty();
  const bool skip_v6 = only_possible_families && other.addresses.v6.empty() && other.symbols.empty();
  return (skip_v4 || part.addresses.v4 == whole.known.v4) && (skip_v6 || part.addresses.v6 == whole.known.v6) &&
         has_all_symbols(part, whole);
}

// A group's id is too long to be read in a line.
std::string words_of(const std::string& item) {
  constexpr std::string_view kGroups = "/applicationsecuritygroups/";
  return net::lower(item).find(kGroups) == std::string::npos ? item : model::short_group(item);
}

net::Protocol protocol_of(std::size_t number) { return net::Protocol{static_cast<std::uint8_t>(number)}; }

// Protocols that are called by a word and not by their number.
const net::ProtocolSet& named_protocols() {
  static const net::ProtocolSet named = [] {
    net::ProtocolSet set;
    for (std::size_t p = 0; p < set.size(); ++p) set[p] = net::to_string(protocol_of(p)) != std::to_string(p);
    return set;
  }();
  return named;
}

}  // namespace

std::vector<std::string> protocol_names(const net::ProtocolSet& protocols) {
  if (protocols.all()) return {"any"};
  const net::ProtocolSet& named = named_protocols();
  std::vector<std::string> out;
  for (std::size_t p = 0; p < protocols.size(); ++p) {
    if (!protocols[p]) continue;
    std::size_t last = p;
    while (!named[p] && last + 1 < protocols.size() && protocols[last + 1] && !named[last + 1]) ++last;
    out.push_back(last == p ? net::to_string(protocol_of(p)) : std::to_string(p) + '-' + std::to_string(last));
    p = last;
  }
  return out;
}

NamedRegion name_region(engine::Region region, const NamedQuestion& question, const SymbolTable& symbols) {
  NamedRegion named;
  named.protocols = protocol_names(region.protocols);
  named.source_ports = net::to_strings(region.source_ports);
  named.destination_ports = net::to_strings(region.destination_ports);
  const bool whole_source = is_whole(region.source, region.destination, question.flows.source, question.source == "*");
  named.source = whole_source ? std::vector{question.source} : exact(region.source, symbols);
  const bool whole_destination = is_whole(region.destination, region.source, question.flows.destination, true);
  named.destination = whole_destination ? std::vector<std::string>{"*"} : exact(region.destination, symbols);
  named.region = std::move(region);
  return named;
}

std::string enumerate(const std::vector<std::string>& items, std::size_t most) {
  std::string out;
  const std::size_t shown = items.size() > most + 1 ? most : items.size();
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += i + 1 == items.size() ? " and " : ", ";
    out += words_of(items[i]);
  }
  if (shown < items.size()) out += " and " + std::to_string(items.size() - shown) + " more";
  return out;
}

std::string service(const NamedRegion& region) {
  const bool any = region.protocols.size() == 1 && region.protocols[0] == "any";
  std::string out = any ? "any protocol" : enumerate(region.protocols, 6);
  const auto ported = region.region.protocols & net::ported_protocols();
  if (ported.any() && !region.region.destination_ports.is_all())
    out += (any ? ", port " : " ") + enumerate(region.destination_ports, 6);
  return out;
}

std::string one_line(const NamedRegion& region) {
  std::string out = service(region) + " from " + enumerate(region.source);
  if (!region.region.source_ports.is_all()) out += " (source port " + enumerate(region.source_ports) + ')';
  if (region.destination != std::vector<std::string>{"*"}) out += " to " + enumerate(region.destination);
  return out;
}

}  // namespace nsgcheck::policy
