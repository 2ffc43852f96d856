// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/document.hpp"

namespace nsgcheck::cli {

/// What a directory holds, with all directories below it.
struct DirectoryContent {
  std::vector<std::string> files;        ///< of every name, sorted
  std::vector<std::string> passed;       ///< hidden files and directories, linked directories; as shown, sorted
  std::vector<io::Diagnostic> failures;  ///< directories that cannot be walked to their end: they may hold rules
};

/// Walks a directory. Hidden ones and links to directories are passed over.
[[nodiscard]] DirectoryContent walk_directory(const std::string& directory);

/// True when the name ends so, in any case. `ending`: with its dot, in lower case.
[[nodiscard]] bool ends_in(const std::string& path, std::string_view ending);

}  // namespace nsgcheck::cli
