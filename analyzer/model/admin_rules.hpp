// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::model {

/// A list of rules for first match that ends, in both directions, with one that matches every packet and is called
/// `rest_name`. Not an NSG that anybody wrote: it has no name and no defaults.
[[nodiscard]] Nsg rules_ending_with(std::vector<SecurityRule> rules, Access rest, std::string_view rest_name);
/// How many rules rules_ending_with() adds: one a direction.
inline constexpr std::size_t kRestRules = 2;

/// Security admin rules as two questions, since Allow and AlwaysAllow differ in what follows. Both lists are in the
/// order of the deployment and end with one rule for "none of them".
[[nodiscard]] Nsg admin_denials(const std::vector<AdminRule>& rules);     ///< denies what they deny
[[nodiscard]] Nsg admin_deliveries(const std::vector<AdminRule>& rules);  ///< allows by AlwaysAllow only

}  // namespace nsgcheck::model
