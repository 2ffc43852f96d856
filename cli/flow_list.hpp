// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/engine/ask.hpp"
#include "analyzer/io/flow_file.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/model/nsg.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// What one flow of a list is answered with.
struct FlowAnswer {
  std::string error;                      ///< why it cannot be asked; "" when it can
  std::vector<engine::Verdict> verdicts;  ///< each is held against what the flow expects
  std::string rule;                       ///< that decides a packet asked of one NSG; "" elsewhere
};
/// Standard output, or a file of -o.
struct FlowOutput {
  Format format{};
  io::TextStyle style;
  std::string text;  ///< that is still to be written
};
/// Answers one flow and appends what is to be written.
using FlowAnswerer = std::function<void(const io::FlowRow& flow, std::vector<FlowOutput>& outputs, FlowAnswer& answer)>;

/// Answers the flows of `arguments.flows` row by row, in order, and holds them against what they expect. `nsgs`: those
/// of which a flow log's entries are asked. `incomplete`: a part of the rule sets could not be read.
[[nodiscard]] Exit answer_flows(const ExplainArguments& arguments, const std::vector<const model::Nsg*>& nsgs,
                                bool incomplete, Process& process, const FlowAnswerer& answerer);

/// How many bytes of answers are kept before they are written.
inline constexpr std::size_t kFlowBlock = 1U << 20;

}  // namespace nsgcheck::cli
