// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/reader.hpp"

namespace nsgcheck::io {

/// What read_rules() gives for a text, one line each in this order: `NSG / RULE` for every rule (`NSG /` when it has
/// none), `skip LINE: WHAT`, `error LINE:COLUMN: MESSAGE`. Rules are written as line_of() does.
[[nodiscard]] std::vector<std::string> source_lines(std::string_view text, std::string* format = nullptr,
                                                    const ReadOptions& options = {});

/// A form, a sample of it, and what it must give.
struct FormCase {
  std::string name;
  std::string text;
  std::string format;
  std::vector<std::string> lines;
};

/// Puts the members of a plain rule in place of `@NAME PRIORITY ACCESS PORT`, in the spelling of REST (`@`), of
/// PowerShell (`#`) or of Terraform (`%`): inbound, Tcp, any source, any destination.
[[nodiscard]] std::string with_rules(std::string_view text);

}  // namespace nsgcheck::io
