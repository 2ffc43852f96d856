// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/render_layout.hpp"
#include "simulator/io/replay_report.hpp"

namespace nsgcheck::io {

/// "web-nsg (subnet): AllowForwarder (110)"; "" for a hop that is no filter.
[[nodiscard]] std::string decider_text(const HopRow& hop);

/// A line a hop: where, verdict, ends before and after translation, deciding rule.
[[nodiscard]] std::string hop_ladder(const std::vector<HopRow>& hops, const Paint& paint, std::size_t width);

/// The rule of the first hop that does not allow, quoted from its file; for a default rule its name only. "" when no
/// rule is to blame.
[[nodiscard]] std::string blamed_rule(const AuditReport& places, const std::vector<HopRow>& hops, const Paint& paint,
                                      std::size_t width);

/// "203.0.113.10:50001", "[2001:db8::1]:50001".
[[nodiscard]] std::string to_string(const HopEnd& end);

/// Whether an assumption says what a finding says already.
[[nodiscard]] bool is_finding(const std::vector<model::DeploymentFinding>& findings, std::string_view code);

[[nodiscard]] Tone tone_of(std::string_view verdict);

}  // namespace nsgcheck::io
