// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/io/policy_fields.hpp"
#include "analyzer/policy/policy.hpp"

namespace nsgcheck::io {

/// The `ask` of a policy: one mapping, or a list of them. What cannot be read becomes a fault and is left out.
[[nodiscard]] std::vector<policy::Ask> read_asks(const Node& node, PolicyFaults& faults);

}  // namespace nsgcheck::io
