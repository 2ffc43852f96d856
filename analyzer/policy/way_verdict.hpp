// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/policy/naming.hpp"
#include "analyzer/policy/passing.hpp"

namespace nsgcheck::policy {

/// What the flows that got to the end of a way mean, named as parts of the question; no decided_by.
[[nodiscard]] Judgement judgement_of(const Passing& flows, const NamedQuestion& question,
                                     const engine::SymbolTable& symbols);
/// Takes the flows of one more way into the verdict over several. `first`: there are none yet.
void add_to(Judgement& all, const Judgement& one, bool first);

}  // namespace nsgcheck::policy
