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

#include "analyzer/io/xml.hpp"
#include "analyzer/model/legality.hpp"
#include "cli/foreign_text.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;

/// A file to read, and whether the user named it himself or a directory brought it.
struct Candidate {
  std::string path;
  bool named{};
  std::size_t argument{};  ///< index of the argument that it comes from
};

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
        {{}, fmt::format("{} not read, since only .json and .jsonc are: {}", number_of(count, "file"), kinds)});
  std::string names;
  for (std::size_t i = 0; i < aside.passed.size() && i < kNamed; ++i) names += (i == 0 ? "" : ", ") + aside.passed[i];
  if (aside.passed.size() > kNamed) names += fmt::format(" and {} more", aside.passed.size() - kNamed);
  if (!names.empty())
    report.skipped.push_back({{}, "hidden files and directories and linked directories are passed over: " + names});
  if (!report.skipped.empty()) loaded.reports.push_back(std::move(report));
}

/// Walks a directory. What cannot be opened in it is an error: it may hold rules.
class DirectoryWalk {
 public:
  explicit DirectoryWalk(LoadedInputs& loaded) : loaded_{loaded} {}

  void walk(const fs::path& directory) {
    std::error_code error;
    auto entry = fs::directory_iterator{directory, error};
    for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) visit(*entry);
    if (!error) return;
    loaded_.errors.push_back({shown_path(directory.string()), {}, "cannot walk the directory: " + error.message()});
    loaded_.incomplete = true;
  }

  std::vector<std::string> files;
  Aside aside;

 private:
  void visit(const fs::directory_entry& entry) {
    std::error_code error;
    const fs::path& path = entry.path();
    const bool directory = entry.is_directory(error);
    const bool hidden = path.filename().string().starts_with('.');
    if (hidden || (directory && entry.is_symlink(error))) {
      aside.passed.push_back(shown_path(path.string()));
    } else if (directory) {
      walk(path);
    } else if (is_json_name(path)) {
      // What is no file after all (a broken link) fails when it is read, and that is said.
      files.push_back(path.string());
    } else {
      ++aside.other_files[path.extension().string()];
    }
  }

  LoadedInputs& loaded_;
};

std::vector<Candidate> candidates(const std::vector<std::string>& files, LoadedInputs& loaded) {
  std::vector<Candidate> out;
  for (std::size_t argument = 0; argument < files.size(); ++argument) {
    const std::string& file = files[argument];
    std::error_code error;
    if (file == "-" || !fs::is_directory(file, error)) {
      out.push_back({file, true, argument});
      continue;
    }
    DirectoryWalk walk{loaded};
    walk.walk(file);
    std::sort(walk.aside.passed.begin(), walk.aside.passed.end());
    note_aside(file, walk.aside, loaded);
    std::sort(walk.files.begin(), walk.files.end());
    for (std::string& path : walk.files) out.push_back({std::move(path), false, argument});
  }
  return out;
}

// The document of a file, or null with the reason in `error`.
io::Document* load_document(const std::string& path, Process& process, LoadedInputs& loaded, io::Diagnostic& error) {
  auto bytes = read_bytes(path, process.in);
  std::string shown = shown_path(path);
  if (bytes) {
    if (auto advice = advice_for(shown, *bytes)) bytes = tl::unexpected{std::move(*advice)};
    // Lines are those of what was compiled, and are not to be taken for the file's own.
    if (bytes && is_bicep(path)) {
      bytes = compile_bicep(path);
      shown += bytes ? " (compiled)" : "";
    }
  }
  if (!bytes) {
    error = {shown, {}, bytes.error()};
    return nullptr;
  }
  const auto index = static_cast<std::uint32_t>(loaded.documents.size());
  // A small document is kept whole: that is quicker, and some forms read parts of it again and again.
  constexpr std::size_t kLargeDocument = 1U << 20;
  constexpr std::size_t kFoldFrom = 256;
  const std::size_t fold_from = bytes->size() < kLargeDocument ? 0 : kFoldFrom;
  auto document = io::looks_like_xml(*bytes) ? io::parse_xml(shown, *bytes, index)
                                             : io::parse_folded_json(shown, *std::move(bytes), index, fold_from);
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
  report.file = document == nullptr ? error.file : document->file;
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
  loaded.topology.append(std::move(source.topology));
  for (io::Node& service : source.cloud_services)
    loaded.cloud_services.emplace_back(document->root.span.document, std::move(service));
  loaded.nsg_counts[candidate.argument] += source.nsgs.size();
  for (model::Nsg& nsg : source.nsgs) {
    model::Nsg complete = model::with_defaults(std::move(nsg));
    model::find_faults(complete);
    report.rules += model::count_user_rules(complete, net::Direction::Inbound) +
                    model::count_user_rules(complete, net::Direction::Outbound);
    loaded.nsgs.push_back(std::move(complete));
  }
  for (model::AdminRule& rule : source.admin_rules) loaded.admin_rules.push_back(std::move(rule));
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
  constexpr std::size_t kBlock = 1U << 20;
  if (!error) bytes.reserve(size + kBlock);
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
  options.set = arguments.set;
  for (const std::string& path : arguments.parameters) {
    io::Diagnostic error;
    const io::Document* document = load_document(path, process, loaded, error);
    if (document != nullptr)
      options.parameters.push_back(document);
    else
      loaded.errors.push_back(error), loaded.incomplete = true;
  }
  const std::vector<Candidate> found = candidates(arguments.files, loaded);
  loaded.nsg_counts.resize(arguments.files.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (process.progress && !quiet && found.size() > 20)
      process.err << fmt::format("\rreading {} of {} files", i + 1, found.size()) << std::flush;
    load_rules(found[i], options, process, loaded);
  }
  if (process.progress && !quiet && found.size() > 20) process.err << "\r\033[K" << std::flush;
  return loaded;
}

void say_errors(const LoadedInputs& loaded, Process& process) {
  for (const io::Diagnostic& error : loaded.errors) process.err << "nsgcheck: " << located(error) << '\n';
  for (const io::InputReport& input : loaded.reports)
    for (const io::Diagnostic& error : input.errors) process.err << "nsgcheck: " << located(error) << '\n';
}

}  // namespace nsgcheck::cli
