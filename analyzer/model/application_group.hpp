// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "analyzer/model/network_context.hpp"

namespace nsgcheck::model {

// An application security group is told from others by its whole resource id, without regard to case; by its bare name
// only where the input has no id (nsg-semantics 1.1). A bare name and an id that ends in it may be the same group.

/// The text that tells a group from others: without blanks around it and slashes at the end, case as written.
[[nodiscard]] std::string_view group_identity(std::string_view text);

/// Its name: the last segment of an id, a bare name itself.
[[nodiscard]] std::string_view group_name(std::string_view identity);

/// For people: "rg1/web" when the id tells the resource group, else the name.
[[nodiscard]] std::string short_group(std::string_view identity);

/// True when both surely are different groups: other names, or other resource groups or subscriptions.
[[nodiscard]] bool are_different_groups(std::string_view a, std::string_view b);

/// The members of a group that a rule names, by its identity, else by its name, as a deployment file gives them
/// (interface 6); null when they are not known.
[[nodiscard]] const net::AddressSet* members_of_group(std::string_view identity, const NetworkContext& context);

}  // namespace nsgcheck::model
