// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "cli/exit.hpp"

namespace nsgcheck::cli {

/// What the program may use of its process. Results go to `out`, everything else to `err`.
struct Process {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool color{};           ///< `out` is a terminal that takes colours and NO_COLOR is not set
  bool progress{};        ///< `err` is a terminal
  std::size_t width{80};  ///< columns of the terminal
};

/// The whole program but for the process: no exit(), no globals, no clock. `args` without the program's name.
[[nodiscard]] Exit run(const std::vector<std::string>& args, Process process);

}  // namespace nsgcheck::cli
