// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace nsgcheck::cli {

/// What to do with a file that is none of JSON but something that JSON is made from: the command to run. Empty when the
/// file is nothing of that kind. `path` is shown in the command.
[[nodiscard]] std::optional<std::string> advice_for(const std::string& path, std::string_view bytes);

/// True for *.bicep and *.bicepparam.
[[nodiscard]] bool is_bicep(const std::string& path);

/// The template (of *.bicepparam: the parameter file) that Bicep makes of a file. It is run only when `bicep` or `az`
/// is on the PATH, and asked to fetch nothing; the error says what to run, or what it said.
[[nodiscard]] tl::expected<std::string, std::string> compile_bicep(const std::string& path);

}  // namespace nsgcheck::cli
