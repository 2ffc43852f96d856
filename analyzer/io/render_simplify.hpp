// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/engine/simplify.hpp"
#include "analyzer/io/report.hpp"

namespace nsgcheck::io {

/// What became of one NSG.
struct NsgSimplified {
  const model::Nsg* nsg{};
  engine::Simplification result;
  std::string why_not_patched;  ///< not empty: its file cannot be changed, for this reason
  std::string patch;            ///< its file's change, as unified_diff()
};

struct SimplifyReport {
  AuditReport places;  ///< documents, files, inputs, assumptions
  std::vector<NsgSimplified> nsgs;
  bool with_patch{true};  ///< text shows the patch, too: it is not written to a file
};

/// Rules that can go.
[[nodiscard]] std::size_t saved(const engine::Simplification& result);

/// Per NSG what is removed and merged, and which rules do their work; then what was left alone and why.
[[nodiscard]] std::string render_simplify_text(const SimplifyReport& report, const TextStyle& style);
/// Schema nsgcheck.simplify/1.
[[nodiscard]] std::string render_simplify_json(const SimplifyReport& report);

/// One line for a rule's values: "Tcp from 203.0.113.0/24 to * port 3389".
[[nodiscard]] std::string rule_values_text(const model::SecurityRule& rule);

}  // namespace nsgcheck::io
