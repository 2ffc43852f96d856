// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace nsgcheck::rules {

/// Each policy of rules/*.yaml as JSON without its examples, by id. The build writes and has checked them.
[[nodiscard]] std::span<const std::string_view> embedded_policies();

}  // namespace nsgcheck::rules
