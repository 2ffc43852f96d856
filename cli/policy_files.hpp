// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/io/document.hpp"
#include "analyzer/policy/policy.hpp"

namespace nsgcheck::cli {

/// The built-in policies and those of `--policy` (files, or directories of *.yaml), by id. One with the id of a
/// built-in policy replaces it.
[[nodiscard]] tl::expected<std::vector<policy::Policy>, io::Diagnostic> policies_in_force(
    const std::vector<std::string>& paths);

/// "file:line:column: message", the file without the rest when there is no place; safe for a terminal.
[[nodiscard]] std::string located(const io::Diagnostic& diagnostic);

}  // namespace nsgcheck::cli
