// SPDX-License-Identifier: Apache-2.0
#include "cli/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <ostream>
#include <system_error>
#include <utility>

#include "analyzer/io/render_printable.hpp"
#include "cli/directory_walk.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;

bool is_json_name(const fs::path& path) { return path.extension() == ".json" || path.extension() == ".jsonc"; }

/// What a directory holds besides the files that are read.
struct Aside {
  std::map<std::string, std::size_t> other_files;  ///< by the end of their name
  std::vector<std::string> passed;                 ///< hidden files and directories, linked directories
};

std::string number_of(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// It is said in a line or two, so that nobody takes it for read.
void note_aside(const std::string& directory, const Aside& aside, LoadedInputs& loaded) {
  constexpr std::size_t kNamed = 5;
  io::InputReport report;
  report.file = shown_path(directory);
  report.has_no_nsg = true;
  std::size_t count = 0;
  std::string kinds;
  for (const auto& [kind, number] : aside.other_files) {
    count += number;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", number, kind.empty() ? "without an ending" : kind);
  }
  if (count > 0)
    report.skipped.push_back(
        {{}, fmt::format("{} not read, since only .json, .jsonc and .xml are: {}", number_of(count, "file"), kinds)});
  std::string names;
  for (std::size_t i = 0; i < aside.passed.size() && i < kNamed; ++i) names += (i == 0 ? "" : ", ") + aside.passed[i];
  if (aside.passed.size() > kNamed) names += fmt::format(" and {} more", aside.passed.size() - kNamed);
  if (!names.empty())
    report.skipped.push_back({{}, "hidden files and directories and linked directories are passed over: " + names});
  if (!report.skipped.empty()) loaded.reports.push_back(std::move(report));
}

// Files that rule sets may stand in; what is in the others is read in another way, or not at all.
bool may_hold_rules(const std::string& path) { return is_json_name(path) || ends_in(path, ".xml"); }

/// The files to read, each once, however often and in however many ways it was given.
class Candidates {
 public:
  /// What is left out is said on `said`; null: nowhere.
  explicit Candidates(std::ostream* said) : said_{said} {}

  void add(Candidate candidate) {
    std::error_code error;
    // The same path may be another file's when it cannot be resolved: then each is read.
    const std::string identity =
        candidate.path == "-" ? candidate.path : fs::canonical(candidate.path, error).generic_string();
    const auto [known, is_new] = places_.try_emplace(error ? candidate.path : identity, list_.size());
    if (is_new) return list_.push_back(std::move(candidate));
    Candidate& first = list_[known->second];
    if (said_ != nullptr)
      *said_ << fmt::format("nsgcheck: note: {} is given more than once; it is read once\n",
                            io::printable(shown_path(candidate.path)));
    // What the user named was meant to be read, wherever else it stands.
    if (candidate.named()) first.directory.clear();
  }

  [[nodiscard]] std::vector<Candidate> take() { return std::move(list_); }

 private:
  std::ostream* said_;
  std::vector<Candidate> list_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace

std::vector<Candidate> find_candidates(const InputArguments& arguments, std::ostream* said, LoadedInputs& loaded) {
  Candidates out{said};
  const auto read_elsewhere = [&](const std::string& file) {
    const auto& elsewhere = arguments.read_elsewhere;
    return std::find(elsewhere.begin(), elsewhere.end(), file) != elsewhere.end();
  };
  for (std::size_t argument = 0; argument < arguments.files.size(); ++argument) {
    const std::string& file = arguments.files[argument];
    std::error_code error;
    if (file == "-" || !fs::is_directory(file, error)) {
      out.add({file, "", argument});
      continue;
    }
    DirectoryContent content = walk_directory(file);
    Aside aside;
    aside.passed = std::move(content.passed);
    std::erase_if(content.files, read_elsewhere);
    for (std::string& path : content.files)
      if (may_hold_rules(path))
        out.add({std::move(path), file, argument});
      else
        ++aside.other_files[fs::path{path}.extension().string()];
    for (io::Diagnostic& failure : content.failures) {
      loaded.errors.push_back(std::move(failure));
      loaded.incomplete = true;
    }
    note_aside(file, aside, loaded);
  }
  return out.take();
}

}  // namespace nsgcheck::cli
