// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace nsgcheck::io {

/// A row of RFC 4180, ending in CR LF. Texts from outside are made printable, and none begins as a spreadsheet's
/// formula.
[[nodiscard]] std::string csv_row(const std::vector<std::string>& fields);

}  // namespace nsgcheck::io
