// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/engine/ask.hpp"
#include "analyzer/io/flow_file.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// What one flow of a list is answered with.
struct FlowAnswer {
  std::string error;                      ///< why it cannot be asked; "" when it can
  std::vector<engine::Verdict> verdicts;  ///< each is held against what the flow expects
};
/// Answers one flow and appends what is to be written.
using FlowAnswerer = std::function<void(const io::FlowRow& flow, std::string& out, FlowAnswer& answer)>;

/// Answers the flows of `arguments.flows` row by row, in order, and holds them against what they expect. `incomplete`:
/// a part of the rule sets could not be read.
[[nodiscard]] Exit answer_flows(const ExplainArguments& arguments, bool incomplete, Process& process,
                                const FlowAnswerer& answerer);

/// How many bytes of answers are kept before they are written.
inline constexpr std::size_t kFlowBlock = 1U << 20;

}  // namespace nsgcheck::cli
