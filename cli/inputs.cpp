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
#include <ostream>

#include "analyzer/io/arm/template.hpp"
#include "analyzer/io/encoding.hpp"
#include "analyzer/io/threads.hpp"
#include "analyzer/io/xml.hpp"
#include "analyzer/model/join_groups.hpp"
#include "analyzer/model/legality.hpp"
#include "analyzer/net/text.hpp"
#include "cli/candidates.hpp"
#include "cli/directory_walk.hpp"
#include "cli/foreign_text.hpp"
#include "cli/linked_files.hpp"
#include "cli/parameters.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;

// The byte order mark, or "", before a text in its file; empty when the text is not what the file holds.
std::optional<std::string> mark_of(std::string_view bytes, const std::string& path) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (is_bicep(path) || io::is_utf16(bytes)) return std::nullopt;
  return std::string{bytes.starts_with(kMark) ? kMark : std::string_view{}};
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
  std::optional<std::string> mark = mark_of(*bytes, path);
  const std::size_t size = bytes->size();
  auto document = io::looks_like_xml(*bytes) ? io::parse_xml(shown, *bytes, index)
                  : size < kLargeDocument    ? io::parse_json(shown, *bytes, index)
                                             : io::parse_folded_json(shown, *std::move(bytes), index, loaded.reading);
  if (!document) {
    error = document.error();
    return nullptr;
  }
  if (mark && mark->size() + document->text.size() != size) mark.reset();
  loaded.marks.push_back(std::move(mark));
  loaded.documents.push_back(std::move(*document));
  loaded.files.push_back(shown);
  loaded.forms.emplace_back();
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

/// One file as read, before it is known whether a template that links to it has it already.
struct ReadFile {
  const Candidate* candidate{};
  io::InputReport report;
  io::RuleSource source;
};

// A directory holds files of all kinds: what is wrong with one that is nothing of ours is no fault of the input.
bool is_foreign(const Candidate& candidate, const std::string& bytes) {
  if (candidate.named() || !ends_in(candidate.path, ".xml")) return false;
  return bytes.find("NetworkSecurityGroup") == std::string::npos;
}

ReadFile read_file(const Candidate& candidate, const io::ReadOptions& options, Process& process, LoadedInputs& loaded) {
  ReadFile out;
  out.candidate = &candidate;
  io::InputReport& report = out.report;
  report.file = shown_path(candidate.path);
  io::Diagnostic error;
  const io::Document* document = load_document(candidate.path, process, loaded, error);
  if (document == nullptr) {
    report.file = error.file;
    const auto bytes = candidate.named() ? std::string{} : read_bytes(candidate.path, process.in).value_or("");
    if (is_foreign(candidate, bytes))
      report.skipped.push_back({{}, "no XML of a known form: " + error.message});
    else
      report.errors.push_back(error);
    report.has_no_nsg = true;
    return out;
  }
  report.file = document->file;
  io::RuleSource& source = out.source = io::read_rules(*document, options);
  report.format = loaded.forms[document->root.span.document] = source.format;
  report.nsgs = source.nsgs.size();
  report.skipped = std::move(source.skipped);
  report.errors = std::move(source.errors);
  report.has_no_nsg = source.nsgs.empty();
  if (source.format.empty() && report.errors.empty()) {
    // A directory holds files of all kinds; a file that the user named was meant to be read.
    if (candidate.named())
      report.errors.push_back({report.file, {}, not_a_form(*document)});
    else
      report.skipped.push_back({document->root.span, not_a_form(*document)});
  }
  return out;
}

void take_file(ReadFile file, LoadedInputs& loaded) {
  io::InputReport& report = file.report;
  io::RuleSource& source = file.source;
  loaded.incomplete = loaded.incomplete || !report.errors.empty();
  loaded.topology.append(std::move(source.topology));
  if (source.parameters) {
    if (!loaded.parameters) loaded.parameters.emplace();
    loaded.parameters->insert(loaded.parameters->end(), source.parameters->begin(), source.parameters->end());
  }
  for (io::Node& service : source.cloud_services)
    loaded.cloud_services.emplace_back(service.span.document, std::move(service));
  loaded.nsg_counts[file.candidate->argument] += source.nsgs.size();
  for (model::Nsg& nsg : source.nsgs) {
    report.rules +=
        model::count_user_rules(nsg, net::Direction::Inbound) + model::count_user_rules(nsg, net::Direction::Outbound);
    loaded.nsgs.push_back(std::move(nsg));
  }
  for (model::AdminRule& rule : source.admin_rules) loaded.admin_rules.push_back(std::move(rule));
  loaded.any_known = loaded.any_known || report.nsgs > 0;
  loaded.reports.push_back(std::move(report));
}

// What a template links to is read with the values that the template gives; by itself it would be there twice.
void leave_to_template(ReadFile& file, const std::string& linking) {
  const std::string shown = file.report.file;
  const std::string format = file.report.format;
  file.source = {};
  file.report = {};
  file.report.file = shown;
  file.report.format = format;
  file.report.skipped.push_back({{}, "read as a part of " + linking + ", which links to it"});
}

// Rules of a group that another file holds go there; then every group gets its defaults.
void complete_nsgs(LoadedInputs& loaded) {
  std::vector<std::size_t> argument_of;
  for (std::size_t argument = 0; argument < loaded.nsg_counts.size(); ++argument)
    argument_of.insert(argument_of.end(), loaded.nsg_counts[argument], argument);
  std::vector<model::SourceSpan> spans;
  for (const model::Nsg& nsg : loaded.nsgs) spans.push_back(nsg.span);
  const model::JoinedGroups groups = model::join_groups(loaded.nsgs);
  for (const model::JoinedRules& joined : groups.joined) {
    const std::string& file = loaded.documents[spans[joined.from].document].file;
    const auto report = std::find_if(loaded.reports.begin(), loaded.reports.end(),
                                     [&](const io::InputReport& one) { return one.file == file; });
    if (report == loaded.reports.end()) continue;
    report->skipped.push_back(
        {spans[joined.from], fmt::format("these rules are taken into the group of that name in {}",
                                         loaded.documents[spans[joined.to].document].file)});
  }
  loaded.nsg_counts.assign(loaded.nsg_counts.size(), 0);
  for (const std::size_t before : groups.kept) ++loaded.nsg_counts[argument_of[before]];
  io::for_each_index(loaded.nsgs.size(), loaded.reading.threads, [&](std::size_t i) {
    model::Nsg& nsg = loaded.nsgs[i];
    nsg = model::with_defaults(std::move(nsg));
    model::find_faults(nsg);
  });
}

// What effective rules say that VirtualNetwork is: the addresses that stand under its name. Empty where they do not
// say.
net::AddressSet told_network(const model::Nsg& nsg) {
  for (const model::SecurityRule& rule : nsg.rules)
    for (const auto* side : {&rule.sources, &rule.destinations}) {
      // What could not be read of it may be any address.
      const auto is_open = [](const model::AddressItem& item) {
        return std::holds_alternative<model::Undetermined>(item.value);
      };
      if (std::any_of(side->begin(), side->end(), is_open)) continue;
      net::AddressSet told;
      for (const model::AddressItem& item : *side)
        if (const auto* block = std::get_if<model::Block>(&item.value);
            block != nullptr && net::same_word(item.text, "VirtualNetwork"))
          told = told | net::AddressSet::of(block->prefix);
      if (!told.empty()) return told;
    }
  return {};
}

// Where that is the same for all groups, questions about VirtualNetwork and Internet mean it. With a default route it
// is everything, which does not say which machines are in the network.
void take_told_network(LoadedInputs& loaded) {
  const net::AddressSet told = loaded.nsgs.empty() ? net::AddressSet{} : told_network(loaded.nsgs.front());
  if (told.empty() || model::internet(told).v4.empty()) return;
  const bool same = std::all_of(loaded.nsgs.begin(), loaded.nsgs.end(),
                                [&](const model::Nsg& nsg) { return told_network(nsg) == told; });
  if (!same) return;
  loaded.context.virtual_network = told;
  loaded.context.virtual_network_assumed = false;
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
  constexpr std::size_t kLeast = 1U << 12;
  constexpr std::size_t kMost = 1U << 20;
  // To touch the pages of a large block takes longer than all else that a small file needs.
  const std::size_t block = error ? kMost : std::clamp<std::size_t>(size + 1, kLeast, kMost);
  if (!error) bytes.reserve(size + block);
  std::size_t used = 0;
  while (file) {
    bytes.resize(used + block);
    file.read(bytes.data() + used, static_cast<std::streamsize>(block));
    used += static_cast<std::size_t>(file.gcount());
  }
  bytes.resize(used);
  if (file.bad()) return tl::unexpected{fmt::format("cannot be read: {}", std::strerror(errno))};
  return bytes;
}

LoadedInputs load_inputs(const InputArguments& arguments, Process& process, bool quiet) {
  LoadedInputs loaded;
  loaded.reading.threads = threads_for(arguments.jobs);
  loaded.context = model::default_context();
  load_service_tags(arguments.service_tags, process, loaded);
  io::ReadOptions options;
  options.before_change = arguments.before_change;
  options.set = arguments.set;
  for (const std::string& path : arguments.parameters) {
    io::Diagnostic error;
    const io::Document* document = load_document(path, process, loaded, error);
    if (document != nullptr && io::is_parameter_file(document->root)) {
      options.parameters.push_back(document);
      continue;
    }
    if (document != nullptr)
      error = {document->file, io::position_of(*document, document->root.span),
               "no parameter file: {\"parameters\": {\"name\": {\"value\": ...}}} is wanted"};
    loaded.errors.push_back(error);
    loaded.incomplete = true;
  }
  const std::vector<Candidate> found = find_candidates(arguments, quiet ? nullptr : &process.err, loaded);
  loaded.nsg_counts.resize(arguments.files.size());
  LinkedFiles linked{
      [&](const std::string& path, io::Diagnostic& error) { return load_document(path, process, loaded, error); }};
  std::vector<ReadFile> files;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (process.progress && !quiet && found.size() > 20)
      process.err << fmt::format("\rreading {} of {} files", i + 1, found.size()) << std::flush;
    options.linked = linked.finder(found[i].path, found[i].directory);
    files.push_back(read_file(found[i], options, process, loaded));
  }
  for (ReadFile& file : files) {
    const std::string linking = file.candidate->named() ? "" : linked.part_of(file.candidate->path);
    if (!linking.empty()) leave_to_template(file, linking);
    take_file(std::move(file), loaded);
  }
  if (process.progress && !quiet && found.size() > 20) process.err << "\r\033[K" << std::flush;
  loaded.has_links = linked.any();
  options.linked = {};  // it looks into what this function holds
  loaded.options = std::move(options);
  if (!arguments.others_check_parameters) check_parameters(loaded, {&loaded}, process);
  complete_nsgs(loaded);
  take_told_network(loaded);
  return loaded;
}

void say_errors(const LoadedInputs& loaded, Process& process) {
  for (const io::Diagnostic& error : loaded.errors) process.err << "nsgcheck: " << located(error) << '\n';
  for (const io::InputReport& input : loaded.reports)
    for (const io::Diagnostic& error : input.errors) process.err << "nsgcheck: " << located(error) << '\n';
}

}  // namespace nsgcheck::cli
