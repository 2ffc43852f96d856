// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/nsg.hpp"

namespace nsgcheck::support {

/// A rule as one line: `priority access direction protocol sources sourcePorts destinations destinationPorts`, lists
/// joined by commas:
///
///     100 Allow Inbound Tcp 10.0.0.0/8,Storage * VirtualNetwork 22,8000-8080
///
/// `?` stands for what the input does not settle, `asg:web` for a group, `-` for nothing given; a priority with a
/// trailing `~` (`100~`) marks a rule that may be absent. Aborts on a line that has another shape.
[[nodiscard]] model::SecurityRule rule_line(std::string_view line);

/// The lines as an NSG with its defaults. Rules are called R0, R1, ... in their order.
[[nodiscard]] model::Nsg nsg_of(const std::vector<std::string>& lines);

}  // namespace nsgcheck::support
