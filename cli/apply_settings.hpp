// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "cli/run.hpp"

namespace CLI {
class App;
}

namespace nsgcheck::cli {

/// A command line that has what settings add.
struct SettledWords {
  std::vector<std::string> words;
  /// Options that were added, with their dashes, and where they are set.
  std::vector<std::pair<std::string, std::string>> places;
};

/// Adds to a command line, whose first word is a command of `top`, the options that it does not have itself: those of
/// NSGCHECK_* variables, and those of the configuration file (`--config`, NSGCHECK_CONFIG, or the nearest one; none
/// with `--no-config`) that the variables do not have. The error, with its place, is about a file that cannot be read,
/// or has a name that is no option; a variable whose name is none is told on `process.err` and not used.
[[nodiscard]] tl::expected<SettledWords, std::string> with_settings(const CLI::App& top, std::vector<std::string> words,
                                                                    Process& process);

/// `--config` and `--no-config`, which with_settings() looks at.
void add_configuration(CLI::App& app);

}  // namespace nsgcheck::cli
