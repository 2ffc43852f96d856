// SPDX-License-Identifier: Apache-2.0
#include "cli/directory_walk.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "analyzer/net/text.hpp"
#include "cli/inputs.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;

void walk(const fs::path& directory, DirectoryContent& out);

void visit(const fs::directory_entry& entry, DirectoryContent& out) {
  std::error_code error;
  const fs::path& path = entry.path();
  const bool directory = entry.is_directory(error);
  const bool hidden = path.filename().string().starts_with('.');
  if (hidden || (directory && entry.is_symlink(error)))
    out.passed.push_back(shown_path(path.string()));
  else if (directory)
    walk(path, out);
  else
    out.files.push_back(path.string());  // what is no file after all (a broken link) fails when it is read
}

void walk(const fs::path& directory, DirectoryContent& out) {
  std::error_code error;
  auto entry = fs::directory_iterator{directory, error};
  for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) visit(*entry, out);
  if (error)
    out.failures.push_back({shown_path(directory.string()), {}, "cannot walk the directory: " + error.message()});
}

}  // namespace

DirectoryContent walk_directory(const std::string& directory) {
  DirectoryContent out;
  walk(directory, out);
  std::sort(out.files.begin(), out.files.end());
  std::sort(out.passed.begin(), out.passed.end());
  return out;
}

bool ends_in(const std::string& path, std::string_view ending) {
  return path.size() > ending.size() &&
         net::same_word(std::string_view{path}.substr(path.size() - ending.size()), ending);
}

}  // namespace nsgcheck::cli
