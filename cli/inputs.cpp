// SPDX-License-Identifier: Apache-2.0
#include "cli/inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>
#include <iterator>
#include <map>
#include <ostream>

#include "analyzer/model/legality.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;

/// A file to read, and whether the user named it himself or a directory brought it.
struct Candidate {
  std::string path;
  bool named{};
};

bool is_json_name(const fs::path& path) { return path.extension() == ".json" || path.extension() == ".jsonc"; }

/// Files of a directory that are no JSON, by the end of their name.
using OtherFiles = std::map<std::string, std::size_t>;

// What a directory holds besides is said in one line, so that nobody takes it for read.
void note_other_files(const std::string& directory, const OtherFiles& others, LoadedInputs& loaded) {
  if (others.empty()) return;
  std::size_t count = 0;
  std::string kinds;
  for (const auto& [kind, number] : others) {
    count += number;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", number, kind.empty() ? "without an ending" : kind);
  }
  io::InputReport report;
  report.file = shown_path(directory);
  report.has_no_nsg = true;
  report.skipped.push_back({{},
                            fmt::format("{} not read, since only .json and .jsonc are: {}",
                                        count == 1 ? "1 file" : fmt::format("{} files", count), kinds)});
  loaded.reports.push_back(std::move(report));
}

std::vector<Candidate> candidates(const std::vector<std::string>& files, LoadedInputs& loaded) {
  std::vector<Candidate> out;
  for (const std::string& file : files) {
    std::error_code error;
    if (file == "-" || !fs::is_directory(file, error)) {
      out.push_back({file, true});
      continue;
    }
    std::vector<std::string> found;
    OtherFiles others;
    auto walk = fs::recursive_directory_iterator{file, fs::directory_options::skip_permission_denied, error};
    for (; !error && walk != fs::recursive_directory_iterator{}; walk.increment(error)) {
      const fs::path& path = walk->path();
      const bool hidden = path.filename().string().starts_with('.');
      if (hidden && walk->is_directory()) walk.disable_recursion_pending();
      if (hidden || !walk->is_regular_file()) continue;
      if (is_json_name(path))
        found.push_back(path.string());
      else
        ++others[path.extension().string()];
    }
    if (error) {
      loaded.errors.push_back({shown_path(file), {}, "cannot walk the directory: " + error.message()});
      loaded.incomplete = true;
    }
    note_other_files(file, others, loaded);
    std::sort(found.begin(), found.end());
    for (std::string& path : found) out.push_back({std::move(path), false});
  }
  return out;
}

// The document of a file, or null with the reason in `error`.
io::Document* load_document(const std::string& path, Process& process, LoadedInputs& loaded, io::Diagnostic& error) {
  auto bytes = read_bytes(path, process.in);
  const std::string shown = shown_path(path);
  if (!bytes) {
    error = {shown, {}, bytes.error()};
    return nullptr;
  }
  auto document = io::parse_json(shown, *bytes, static_cast<std::uint32_t>(loaded.documents.size()));
  if (!document) {
    error = document.error();
    return nullptr;
  }
  loaded.documents.push_back(std::move(*document));
  loaded.files.push_back(shown);
  return &loaded.documents.back();
}

void load_service_tags(const std::string& path, Process& process, LoadedInputs& loaded) {
  if (path.empty()) return;
  io::Diagnostic error;
  const io::Document* document = load_document(path, process, loaded, error);
  if (document == nullptr) {
    loaded.errors.push_back(error);
    loaded.incomplete = true;
    return;
  }
  auto tags = io::read_service_tags(*document);
  if (tags) {
    loaded.context.service_tags = std::move(*tags);
    return;
  }
  loaded.errors.push_back(tags.error());
  loaded.incomplete = true;
}

std::string not_a_form(const io::Document& document) {
  return document.root.is(io::Node::Kind::Object) || document.root.is(io::Node::Kind::Array)
             ? "no known form of rule set; nothing in it was read"
             : "a single value, no rule set";
}

void load_rules(const Candidate& candidate, const io::ReadOptions& options, Process& process, LoadedInputs& loaded) {
  io::InputReport report;
  report.file = shown_path(candidate.path);
  io::Diagnostic error;
  const io::Document* document = load_document(candidate.path, process, loaded, error);
  if (document == nullptr) {
    report.errors.push_back(error);
    loaded.incomplete = true;
    loaded.reports.push_back(std::move(report));
    return;
  }
  io::RuleSource source = io::read_rules(*document, options);
  report.format = source.format;
  report.nsgs = source.nsgs.size();
  report.skipped = std::move(source.skipped);
  report.errors = std::move(source.errors);
  report.has_no_nsg = source.nsgs.empty();
  if (source.format.empty() && report.errors.empty()) {
    // A directory holds files of all kinds; a file that the user named was meant to be read.
    if (candidate.named)
      report.errors.push_back({report.file, {}, not_a_form(*document)});
    else
      report.skipped.push_back({document->root.span, not_a_form(*document)});
  }
  loaded.incomplete = loaded.incomplete || !report.errors.empty();
  for (model::Nsg& nsg : source.nsgs) {
    model::Nsg complete = model::with_defaults(std::move(nsg));
    model::find_faults(complete);
    report.rules += model::count_user_rules(complete, net::Direction::Inbound) +
                    model::count_user_rules(complete, net::Direction::Outbound);
    loaded.nsgs.push_back(std::move(complete));
  }
  loaded.any_known = loaded.any_known || report.nsgs > 0;
  loaded.reports.push_back(std::move(report));
}

}  // namespace

std::string shown_path(const std::string& typed) {
  if (typed == "-") return typed;
  std::error_code error;
  const fs::path path{typed};
  const fs::path here = fs::current_path(error);
  const fs::path relative =
      path.is_absolute() ? path.lexically_normal().lexically_relative(here) : path.lexically_normal();
  if (error || relative.empty() || relative.string().starts_with("..")) return typed;
  return relative.generic_string();
}

tl::expected<std::string, std::string> read_bytes(const std::string& path, std::istream& standard_input) {
  if (path == "-") return std::string{std::istreambuf_iterator<char>{standard_input}, {}};
  std::error_code error;
  const auto status = fs::status(path, error);
  if (error || status.type() == fs::file_type::not_found) return tl::unexpected{std::string{"no such file"}};
  if (status.type() == fs::file_type::directory) return tl::unexpected{std::string{"is a directory"}};
  std::ifstream file{path, std::ios::binary};
  if (!file) return tl::unexpected{fmt::format("cannot be opened: {}", std::strerror(errno))};
  std::string bytes;
  const auto size = fs::file_size(path, error);
  if (!error) bytes.reserve(size + 1);
  constexpr std::size_t kBlock = 1U << 20;
  std::size_t used = 0;
  while (file) {
    bytes.resize(used + kBlock);
    file.read(bytes.data() + used, static_cast<std::streamsize>(kBlock));
    used += static_cast<std::size_t>(file.gcount());
  }
  bytes.resize(used);
  if (file.bad()) return tl::unexpected{fmt::format("cannot be read: {}", std::strerror(errno))};
  return bytes;
}

LoadedInputs load_inputs(const InputArguments& arguments, Process& process, bool quiet) {
  LoadedInputs loaded;
  loaded.context = model::default_context();
  load_service_tags(arguments.service_tags, process, loaded);
  io::ReadOptions options;
  options.before_change = arguments.before_change;
  for (const std::string& path : arguments.parameters) {
    io::Diagnostic error;
    const io::Document* document = load_document(path, process, loaded, error);
    if (document != nullptr)
      options.parameters.push_back(document);
    else
      loaded.errors.push_back(error), loaded.incomplete = true;
  }
  const std::vector<Candidate> found = candidates(arguments.files, loaded);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (process.progress && !quiet && found.size() > 20)
      process.err << fmt::format("\rreading {} of {} files", i + 1, found.size()) << std::flush;
    load_rules(found[i], options, process, loaded);
  }
  if (process.progress && !quiet && found.size() > 20) process.err << "\r\033[K" << std::flush;
  return loaded;
}

}  // namespace nsgcheck::cli
