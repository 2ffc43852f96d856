// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>
#include <vector>

#include "analyzer/model/network_context.hpp"

namespace nsgcheck::verify {

/// The evidence file of an audit of these rules (support::nsg_of()): the verdict table, and shadowed and redundant
/// rules.
[[nodiscard]] std::string audit_evidence(const std::vector<std::string>& lines, const model::NetworkContext& context);

/// The evidence file of an audit by a policy of every form, each about random flows, and by an intent of one
/// expectation of each kind.
[[nodiscard]] std::string full_evidence(const std::vector<std::string>& lines, const model::NetworkContext& context,
                                        std::mt19937& rng);

/// The evidence file of a comparison.
[[nodiscard]] std::string diff_evidence(const std::vector<std::string>& before, const std::vector<std::string>& after,
                                        const model::NetworkContext& context);

}  // namespace nsgcheck::verify
