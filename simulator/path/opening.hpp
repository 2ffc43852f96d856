// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "simulator/path/trace.hpp"

namespace nsgcheck::path {

/// What would have to change for a hop that does not allow to let the connection pass; a sentence without full stop.
[[nodiscard]] std::string opening_of(const Hop& hop, const model::Deployment& deployment);

}  // namespace nsgcheck::path
