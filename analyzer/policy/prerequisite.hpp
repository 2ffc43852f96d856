// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/model/nsg.hpp"
#include "analyzer/policy/policy.hpp"

namespace nsgcheck::policy {

/// The first allow rule of the user's that is about a pattern by name: it names a service tag that the pattern names on
/// that side, its protocol meets the pattern's and its destination ports lie within the pattern's. A rule for
/// everything, or for a set that only happens to hold the tag, is about nothing in particular. Null when there is none.
[[nodiscard]] const model::SecurityRule* naming_rule(const model::Nsg& nsg, const FlowPattern& pattern);

}  // namespace nsgcheck::policy
