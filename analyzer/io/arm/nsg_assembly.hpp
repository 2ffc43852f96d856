// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/io/arm/resources.hpp"
#include "analyzer/model/nsg.hpp"

namespace nsgcheck::io::arm {

/// Puts together the NSGs of an expanded template: inline rules, rules that are resources of their own, and the subnets
/// and NICs that refer to them. Names are compared without regard to case, and so is where a deployment puts them; a
/// rule whose NSG is not in the template gives an NSG of that name, and is perhaps one of each NSG of the template that
/// may be the one it means. NSGs that do not go where the template goes have an id. What stays open is noted in
/// `session`.
[[nodiscard]] std::vector<model::Nsg> assemble_nsgs(const std::vector<Resource>& resources, Session& session);

}  // namespace nsgcheck::io::arm
