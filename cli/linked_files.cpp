// SPDX-License-Identifier: Apache-2.0
#include "cli/linked_files.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/inputs.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;

bool lies_in(const fs::path& file, const fs::path& directory) {
  const fs::path from = file.lexically_relative(directory);
  return !from.empty() && *from.begin() != "..";
}

fs::path directory_of(const std::string& file) {
  const fs::path parent = fs::path{file}.parent_path();
  return parent.empty() ? fs::path{"."} : parent;
}

}  // namespace

io::FindLinked LinkedFiles::finder(const std::string& template_path, const std::string& tree) {
  if (template_path == "-") return {};
  return [this, template_path, tree](const std::string& path) { return find(template_path, tree, path); };
}

io::LinkedFile LinkedFiles::find(const std::string& template_path, const std::string& tree, const std::string& path) {
  std::error_code error;
  const fs::path beside = directory_of(template_path);
  const fs::path root = fs::canonical(tree.empty() ? beside : fs::path{tree}, error);
  if (error) return {nullptr, error.message(), false};
  // Links of the file system are followed before it is looked where the file lies.
  const fs::path file = fs::weakly_canonical(beside / path, error);
  if (error) return {nullptr, error.message(), false};
  if (!lies_in(file, root))
    return {nullptr,
            fmt::format("it lies outside of {}, and nothing there is opened; give the directory that holds both",
                        tree.empty() ? "the template's directory" : "the given directory"),
            false};
  if (!fs::is_regular_file(file, error)) return {nullptr, "there is no such file beside the template", false};
  const auto [at, fresh] = known_.try_emplace(file.string());
  at->second.templates.insert(template_path);
  if (!fresh) return at->second.file;
  io::Diagnostic fault;
  at->second.file.document = load_((beside / path).lexically_normal().string(), fault);
  if (at->second.file.document == nullptr) {
    at->second.file.why = located(fault);
    at->second.file.broken = true;
  }
  return at->second.file;
}

std::set<std::string> LinkedFiles::others_for(const std::string& path) const {
  std::error_code error;
  const std::string file = fs::weakly_canonical(path, error).string();
  const auto found = known_.find(file);
  if (found == known_.end() || found->second.file.document == nullptr) return {};
  std::set<std::string> out = found->second.templates;
  std::erase_if(out, [&](const std::string& one) { return fs::weakly_canonical(one, error).string() == file; });
  return out;
}

std::string LinkedFiles::part_of(const std::string& path) const {
  for (const std::string& one : others_for(path))
    if (others_for(one).empty()) return shown_path(one);
  return "";
}

}  // namespace nsgcheck::cli
