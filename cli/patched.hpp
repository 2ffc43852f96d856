// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/patch.hpp"
#include "analyzer/model/rule_change.hpp"
#include "cli/inputs.hpp"

namespace nsgcheck::cli {

/// Changes of one NSG as they stand in its file.
struct Patched {
  std::vector<io::TextEdit> edits;  ///< sorted
  std::string why_not;              ///< not empty: they cannot stand there, for this reason; no edits then
  std::string diff;                 ///< the edits as a patch
};

/// Writes the changes into the text of the NSG's file and reads that again: what it then says must be `changes` and
/// nothing else. `nsg` is an index into LoadedInputs::nsgs.
[[nodiscard]] Patched patched(const LoadedInputs& loaded, std::size_t nsg,
                              const std::vector<model::RuleChange>& changes);

/// Takes another text for a document and reads its NSGs anew; false, and nothing is changed, when it has not as many
/// as before.
[[nodiscard]] bool reread(LoadedInputs& loaded, std::uint32_t document, const std::string& text);

/// The bytes of a file with edits; all else in it stays as it is, a byte order mark, too. Or why not.
[[nodiscard]] tl::expected<std::string, std::string> patched_bytes(const LoadedInputs& loaded, std::uint32_t document,
                                                                   std::vector<io::TextEdit> edits);

}  // namespace nsgcheck::cli
