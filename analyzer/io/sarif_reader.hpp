// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io {

/// A finding of another tool, as far as it can be held against ours.
struct SarifResult {
  std::string rule_id;    ///< never empty
  std::string rule_name;  ///< of the rule's description; "" where there is none
  std::string file;       ///< path with "/" between its parts, percent-decoded, without scheme; "" where none is named
  std::optional<std::size_t> line, end_line;  ///< 1-based; empty: the file as a whole
  std::string message;
  Position position;  ///< in the SARIF file
};

/// What one run of a tool reported.
struct SarifRun {
  std::string tool;     ///< name of its driver; "" where it says none
  std::string version;  ///< likewise
  std::vector<SarifResult> results;
  std::size_t passed{};  ///< results that say that nothing is wrong, left out
};

struct SarifLog {
  std::vector<SarifRun> runs;
  std::vector<Diagnostic> errors;  ///< results that could not be read; the others were
};

/// Reads SARIF 2.1.0 (OASIS). The error says why the document is none.
[[nodiscard]] tl::expected<SarifLog, Diagnostic> read_sarif(const Document& document);

}  // namespace nsgcheck::io
