// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "analyzer/io/render_explain.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// The flow that the options describe; empty when they do not, said on `process.err`.
[[nodiscard]] std::optional<io::FlowRow> flow_of(const ExplainArguments& arguments, Process& process);

[[nodiscard]] std::string render_explained(const io::ExplainReport& report, Format format, const io::TextStyle& style);

/// `nsgcheck explain --deployment`: all stages that a flow passes.
[[nodiscard]] Exit explain_deployment(const ExplainArguments& arguments, Process& process);

}  // namespace nsgcheck::cli
