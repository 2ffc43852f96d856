// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/engine/ask.hpp"
#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

/// A question with the names that its sides have for people.
struct NamedQuestion {
  engine::FlowSet flows;
  std::string source;       ///< e.g. "Internet"; "*" for everything
  std::string destination;  ///< likewise
};

/// The texts of a region (interface 3). A destination that the region does not narrow is "*", a source that it does not
/// narrow has the question's name; everything else is written out exactly, symbols by name.
[[nodiscard]] NamedRegion name_region(engine::Region region, const NamedQuestion& question,
                                      const engine::SymbolTable& symbols);

/// "any", or names and runs of numbers.
[[nodiscard]] std::vector<std::string> protocol_names(const net::ProtocolSet& protocols);

/// "a", "a and b", "a, b and c", "a, b, c and 4 more" after `most` items.
[[nodiscard]] std::string enumerate(const std::vector<std::string>& items, std::size_t most = 4);

/// "tcp 3389", "tcp, udp 3389", "any protocol": protocols with destination ports as one phrase.
[[nodiscard]] std::string service(const NamedRegion& region);

/// One line for a region: "tcp 3389 from 203.0.113.0/24 to *".
[[nodiscard]] std::string one_line(const NamedRegion& region);

}  // namespace nsgcheck::policy
