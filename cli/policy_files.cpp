// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <istream>
#include <sstream>

#include "analyzer/io/policy_reader.hpp"
#include "analyzer/io/report.hpp"
#include "cli/inputs.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> policy_paths(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      out.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator{path, error})
      if (entry.path().extension() == ".yaml" || entry.path().extension() == ".yml") found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

}  // namespace

tl::expected<std::vector<policy::Policy>, io::Diagnostic> policies_in_force(const std::vector<std::string>& paths) {
  std::vector<policy::Policy> policies = io::built_in_policies();
  std::istringstream no_input;
  for (const std::string& path : policy_paths(paths)) {
    const auto bytes = read_bytes(path, no_input);
    if (!bytes) return tl::unexpected{io::Diagnostic{shown_path(path), {}, bytes.error()}};
    auto file = io::read_policy(shown_path(path), *bytes);
    if (!file) return tl::unexpected{file.error()};
    const auto same = std::find_if(policies.begin(), policies.end(),
                                   [&](const policy::Policy& p) { return p.id == file->policy.id; });
    if (same != policies.end())
      *same = std::move(file->policy);
    else
      policies.push_back(std::move(file->policy));
  }
  std::sort(policies.begin(), policies.end(),
            [](const policy::Policy& a, const policy::Policy& b) { return a.id < b.id; });
  return policies;
}

std::string located(const io::Diagnostic& diagnostic) {
  if (diagnostic.position.line == 0)
    return fmt::format("{}: {}", io::printable(diagnostic.file), io::printable(diagnostic.message));
  return fmt::format("{}:{}:{}: {}", io::printable(diagnostic.file), diagnostic.position.line,
                     diagnostic.position.column, io::printable(diagnostic.message));
}

}  // namespace nsgcheck::cli
