// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_explain.hpp"
#include "analyzer/io/render_layout.hpp"

namespace nsgcheck::io {

/// Parts of the outputs of explain that the answers to one flow and to many share.

[[nodiscard]] bool has_ports(const FlowRow& flow);
[[nodiscard]] Json flow_json(const FlowRow& flow);
/// "inbound tcp 203.0.113.7:50000 -> 10.0.0.4:3389".
[[nodiscard]] std::string flow_line(const FlowRow& flow);
[[nodiscard]] Json assumption_codes(const AuditReport& places);
/// Where an NSG says itself that it is attached; null when it does not.
[[nodiscard]] Json applied_to_json(const model::Nsg& nsg);

/// One of `stages` (interface 4).
[[nodiscard]] Json stage_json(const ExplainReport& report, const StageReport& stage);
/// The allowed and the unknown part of a set, whether that is all, and a witness.
void add_regions(Json& out, const policy::Judgement& judgement);

/// The ladder of a stage, its verdict and its decider quoted.
[[nodiscard]] std::string stage_body(const ExplainReport& report, const StageReport& stage, const Paint& paint,
                                     std::size_t width);
/// Lines of what is allowed and what is unknown of a set, and an example.
[[nodiscard]] std::string region_text(const policy::Judgement& judgement, std::size_t width);

[[nodiscard]] Tone tone_of(engine::Verdict verdict);
/// "ALLOW".
[[nodiscard]] std::string upper_word(engine::Verdict verdict);

}  // namespace nsgcheck::io
