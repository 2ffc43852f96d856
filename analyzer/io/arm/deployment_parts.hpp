// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/io/arm/resources.hpp"
#include "analyzer/io/arm/template.hpp"

namespace nsgcheck::io::arm {

/// The virtual networks, with the subnets that stand in them or beside them, and the Cloud Services, in input order.
[[nodiscard]] TemplateParts deployment_parts(const std::vector<Resource>& resources);

}  // namespace nsgcheck::io::arm
