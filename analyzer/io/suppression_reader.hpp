// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/io/document.hpp"
#include "analyzer/model/nsg.hpp"
#include "analyzer/policy/suppression.hpp"

namespace nsgcheck::io {

/// Reads a file of suppressions, a list of entries or a mapping with the one key `suppressions`. An entry has `id` (of
/// a policy, or an alias) or `fingerprint` (16 digits or more of it), may be narrowed by `nsg`, `rule` and `status`,
/// and must say `owner`, `reason` and `until` (the last day, UTC): where one of these three is missing or no date, the
/// entry is read with a fault. Unknown keys and values of the wrong kind are errors at their line and column. Spans
/// carry `index`.
[[nodiscard]] tl::expected<std::vector<policy::Suppression>, Diagnostic> read_suppressions(const Document& document,
                                                                                           std::uint32_t index);

/// The suppressions in the descriptions of an NSG's own rules, `nsgcheck:ignore ID until=DATE owner=WHO reason`, each
/// about the findings of its rule; `nsg` is what findings carry as `nsg`. In a description that is an expression nobody
/// could resolve there is one with a fault.
[[nodiscard]] std::vector<policy::Suppression> suppressions_in(const model::Nsg& nsg, std::uint32_t index);

}  // namespace nsgcheck::io
