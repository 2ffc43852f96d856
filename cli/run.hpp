// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
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
  /// Seconds since 1970, asked for only where suppressions end and --now is not given. Empty: not known.
  std::optional<std::int64_t> time{};
  /// The variables NSGCHECK_*, by name.
  std::vector<std::pair<std::string, std::string>> environment{};
  /// Directory from which a configuration file is looked for upward; empty: not looked for.
  std::string directory{};
};

/// The whole program but for the process: no exit(), no globals, no clock, no environment. `args` without the program's
/// name.
[[nodiscard]] Exit run(const std::vector<std::string>& args, Process process);

}  // namespace nsgcheck::cli
