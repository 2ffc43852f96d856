// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/io/patch.hpp"
#include "analyzer/io/render_fix.hpp"
#include "analyzer/policy/remedy.hpp"
#include "cli/inputs.hpp"

namespace nsgcheck::cli {

/// The remedies of one NSG (index into LoadedInputs::nsgs) with their patches, as outputs show them; `finding` is left
/// for the caller. The edits of each, in the same order, go to `edits` where that is wanted.
[[nodiscard]] io::FindingFix shown_remedies(const LoadedInputs& loaded, std::size_t nsg, policy::Remedies found,
                                            std::vector<std::vector<io::TextEdit>>* edits = nullptr);

}  // namespace nsgcheck::cli
