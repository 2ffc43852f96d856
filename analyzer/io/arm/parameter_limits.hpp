// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "analyzer/io/node.hpp"

namespace nsgcheck::io::arm {

/// Why Azure refuses a value for a parameter that is declared so: it is none of `allowedValues`, or beyond `minValue`,
/// `maxValue`, `minLength`, `maxLength`. "takes one of 'Basic', 'Standard'"; empty when it is taken, or not known.
/// Lengths are items, or characters. Text is compared without regard to case, as Azure does.
[[nodiscard]] std::optional<std::string> limit_fault(const Node& declaration, const Node& value);

}  // namespace nsgcheck::io::arm
