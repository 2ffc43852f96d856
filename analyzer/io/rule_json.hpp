// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/io/json_parts.hpp"
#include "analyzer/model/security_rule.hpp"

namespace nsgcheck::io {

/// A rule as `securityRules` of an ARM template takes it; `nested`: its values under `properties`, else beside the
/// name, as the az command line prints them.
[[nodiscard]] Json arm_rule_json(const model::SecurityRule& rule, bool nested);

}  // namespace nsgcheck::io
