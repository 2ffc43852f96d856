// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/policy/cloud_check.hpp"
#include "simulator/io/rdp_settings.hpp"

namespace nsgcheck::io {

/// The check that a finding about an .rdp file falls under, by the finding's code: one of the file itself, or for what
/// stops the client on its way one of the deployment. Empty for codes that no policy is about.
[[nodiscard]] std::optional<policy::CloudCheck> check_of(std::string_view code);

/// The policy of a check; null when none of `policies` asks for it.
[[nodiscard]] const policy::Policy* policy_of(policy::CloudCheck check, const std::vector<policy::Policy>& policies);

/// Sets RdpFinding::policy.
void name_policies(std::vector<RdpFinding>& findings, const std::vector<policy::Policy>& policies);

}  // namespace nsgcheck::io
