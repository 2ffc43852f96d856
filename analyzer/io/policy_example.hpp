// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/io/policy_fields.hpp"
#include "analyzer/io/policy_reader.hpp"

namespace nsgcheck::io {

/// The `examples` of a policy: `fail` and `pass`, lists of `{why, rules}`. A rule's members are named short (`source`,
/// `sourcePorts`, `destination`, `ports`) or as ARM names them, may be left out (Inbound, Tcp, any), and are read as
/// strictly or leniently as those of any input. `repeat: N` makes N copies, priorities counting up, with the copy's
/// number for each `#` in a text. Policies about deployments or suppressions have `files` instead of rules: samples.
[[nodiscard]] std::vector<PolicyExample> read_examples(const Node& node, PolicyFaults& faults);

}  // namespace nsgcheck::io
