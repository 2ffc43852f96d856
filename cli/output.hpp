// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cli/run.hpp"

namespace nsgcheck::cli {

/// Writes a result to standard output and flushes it. False when that failed (disk full, closed pipe), said on `err`.
[[nodiscard]] bool write_result(Process& process, std::string_view text);

/// Writes a file so that it is there whole or not at all: beside its place, then renamed. Returns the failure, or "".
[[nodiscard]] std::string write_file(const std::string& path, std::string_view text);

/// The same, but never in place of what is there already: then the failure says so.
[[nodiscard]] std::string write_new_file(const std::string& path, std::string_view text);

}  // namespace nsgcheck::cli
