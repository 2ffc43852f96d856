// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/io/document.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// Values of an option from outside the command line.
struct Setting {
  std::string command;  ///< "": of every command that has the option
  std::string option;   ///< long name without dashes
  std::vector<std::string> values;
  std::string place;      ///< "file:line:column", or the name of the variable; safe for a terminal
  std::string directory;  ///< that paths in the values are relative to; "": the current one
};

/// The name of the configuration file.
inline constexpr const char* kConfigurationFile = ".nsgcheck.yaml";

/// The nearest configuration file in `directory` or above it, not above the root of a Git repository; "" when there is
/// none. Relative to `directory`.
[[nodiscard]] std::string find_configuration(const std::string& directory);

/// Reads a configuration file: a mapping whose keys are long names of options, or commands with a mapping of their own.
/// Names are not judged here. Values are texts or lists of texts.
[[nodiscard]] tl::expected<std::vector<Setting>, io::Diagnostic> read_configuration(const std::string& path,
                                                                                    std::istream& standard_input);

/// NSGCHECK_FAIL_ON is the option fail-on; a variable with several lines has several values. Empty ones are not there.
[[nodiscard]] std::vector<Setting> settings_of(const std::vector<std::pair<std::string, std::string>>& environment);

}  // namespace nsgcheck::cli
