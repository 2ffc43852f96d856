// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/engine/ask.hpp"
#include "analyzer/policy/finding.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::policy {

/// A question asked and its answer put into names. For View::Denied and View::DeniedByUser "allowed" reads as "denied"
/// in every member but `verdict`, which is then not meaningful.
[[nodiscard]] Judgement judge(const engine::Filter& filter, const NamedQuestion& question,
                              engine::View view = engine::View::Allowed);

/// Whether no flow of a question is allowed because no rule that may allow anything meets it, whatever comes first:
/// found much sooner than the whole answer. False says nothing.
[[nodiscard]] bool surely_denied(const engine::Filter& filter, const engine::FlowSet& flows);

/// The widest source of regions, graded as severities need it.
[[nodiscard]] Width widest_source(const std::vector<NamedRegion>& regions, const engine::SymbolTable& symbols);

}  // namespace nsgcheck::policy
