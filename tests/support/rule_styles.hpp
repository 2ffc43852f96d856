// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace nsgcheck::support {

/// Shapes of rule sets that others measure with. The generators are our own.
enum class RuleStyle : std::uint8_t {
  /// Filters as ClassBench describes them (Taylor and Turner): nested prefixes, ports by class (any, high, low, exact,
  /// range), one of three mixes (access list, firewall, IP chain); the order says nothing.
  ClassBench,
  /// Long access lists of routers, as Batfish is measured with: a section for each application of host pairs, then
  /// lines that only the lines before them together cover, of either action.
  Batfish,
};

/// "classbench" or "batfish".
[[nodiscard]] std::optional<RuleStyle> rule_style(std::string_view name);

/// `count` (at most 3,900) lines for rule_line(), of priorities from 100 on, IPv4: the same for the same state of `rng`
/// on every machine. `direction` is Inbound or Outbound.
[[nodiscard]] std::vector<std::string> styled_lines(RuleStyle style, std::string_view direction, std::mt19937& rng,
                                                    std::size_t count);

}  // namespace nsgcheck::support
