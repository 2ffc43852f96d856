// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/io/policy_fields.hpp"
#include "analyzer/policy/policy.hpp"

// The words of flows in policies and intents. What cannot be read becomes a fault at its place.
namespace nsgcheck::io {

/// "inbound" or "outbound", any case.
[[nodiscard]] net::Direction read_direction(const Node& node, PolicyFaults& faults);
/// One protocol or a list: names or numbers.
[[nodiscard]] net::ProtocolSet read_protocols(const Node& node, PolicyFaults& faults);
/// One entry or a list: addresses, CIDR blocks, ranges, service tags, `asg:NAME`, "*"; where `places` is given, also
/// `instance:NAME`, `role:NAME` and `subnet:NAME`, which go there.
[[nodiscard]] std::vector<model::AddressItem> read_addresses(const Node& node, std::string_view key,
                                                             PolicyFaults& faults,
                                                             std::vector<policy::PlaceName>* places = nullptr);
/// Destination ports of the pattern, whose protocols must be known: one entry or a list of numbers, low-high, or
/// "forwarder".
void read_ports(const Node& node, policy::FlowPattern& pattern, PolicyFaults& faults);

}  // namespace nsgcheck::io
