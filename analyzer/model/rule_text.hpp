// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/model/security_rule.hpp"

namespace nsgcheck::model {

/// The grammar of NSG values (nsg-semantics 1.2 to 1.4), the one door from text to exact values for every reader.
/// What has no evident meaning becomes Undetermined{InvalidRule}; text that is odd but evident is evaluated as meant,
/// and legality finds the oddity in the item later.

/// "Allow" or "Deny" in any case.
[[nodiscard]] std::optional<Access> parse_access(std::string_view text);

/// "Inbound" or "Outbound" in any case.
[[nodiscard]] std::optional<Direction> parse_direction(std::string_view text);

/// Tcp, Udp, Icmp (1 and 58), Esp, Ah, `*`, `Any`, `All`, or a protocol number; any case.
[[nodiscard]] std::optional<net::ProtocolSet> parse_protocols(std::string_view text);

/// One address entry: `*`, address, CIDR, range, or service tag; blanks around it are ignored.
[[nodiscard]] AddressItem parse_address_item(std::string_view text, SourceSpan span, bool in_list);

/// As parse_address_item(), once for each part of a text that holds commas (refused by the API, evident in meaning).
[[nodiscard]] std::vector<AddressItem> parse_address_items(std::string_view text, SourceSpan span, bool in_list);

/// One port entry, or several where a string holds commas: `*`, 0..65535, or low-high.
[[nodiscard]] std::vector<PortItem> parse_port_items(std::string_view text, SourceSpan span, bool in_list);

/// True for "90-80": a range of two legal ports whose first is the higher.
[[nodiscard]] bool is_reversed_port_range(std::string_view text);

/// The entry for an ASG given by resource id or name.
[[nodiscard]] AddressItem asg_item(std::string_view id, SourceSpan span);

}  // namespace nsgcheck::model
