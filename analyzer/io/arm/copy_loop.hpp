// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/io/node.hpp"

namespace nsgcheck::io::arm {

/// One pass of a copy loop, as copyIndex() sees it.
struct Pass {
  std::string loop;                   ///< its name
  std::optional<std::int64_t> index;  ///< empty: the one pass that stands for an unknown number of passes
  bool of_resource{};                 ///< copyIndex() without a name means the innermost of these
};

/// True for the value of a `copy` member that makes properties or variables: a list of loops with name, count, input.
[[nodiscard]] bool is_loop_list(const Node& node);

/// "name[2]", or "name[?]" when the index is not known.
[[nodiscard]] std::string label(const Pass& pass);

}  // namespace nsgcheck::io::arm
