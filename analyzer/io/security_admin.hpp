// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "analyzer/io/node.hpp"
#include "analyzer/model/deployment.hpp"

namespace nsgcheck::io {

/// True for a security admin rule of a network manager in any layout (nsg-semantics 4.12): by its type, or its id.
[[nodiscard]] bool is_security_admin_rule(const Node& node);

/// Reads one, REST or flattened. What it leaves open (a network group, a value without meaning) may be anything.
[[nodiscard]] model::AdminRule read_security_admin_rule(const Node& node);

/// The same of Terraform's `azurerm_network_manager_admin_rule`.
[[nodiscard]] model::AdminRule read_terraform_admin_rule(const Node& values);

/// "security admin rule deny-rdp (Deny, priority 10): ..." and where it counts.
[[nodiscard]] std::string note_of(const model::AdminRule& rule);

}  // namespace nsgcheck::io
