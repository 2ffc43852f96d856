// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "cli/inputs.hpp"

namespace nsgcheck::cli {

/// A file to read, and whether the user named it himself or a directory brought it.
struct Candidate {
  std::string path;
  std::string directory;   ///< that brought it; "" when it was named itself
  std::size_t argument{};  ///< index of the argument that it comes from

  [[nodiscard]] bool named() const { return directory.empty(); }
};

/// The files that the arguments name or that directories hold, each once, however often it was given. What directories
/// hold besides goes into the reports of `loaded`. `said`: where it is noted that a file was given more than once;
/// null: nowhere.
[[nodiscard]] std::vector<Candidate> find_candidates(const InputArguments& arguments, std::ostream* said,
                                                     LoadedInputs& loaded);

}  // namespace nsgcheck::cli
