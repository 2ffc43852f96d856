// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/io/reader.hpp"
#include "analyzer/io/report.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// All that the inputs of a run say.
struct LoadedInputs {
  io::Documents documents;
  std::vector<std::string> files;  ///< shown name by document
  std::vector<std::string> forms;  ///< io::RuleSource::format by document; "" for what holds no rules
  /// By document: its byte order mark or ""; empty when its bytes are not its text (UTF-16, compiled Bicep).
  std::vector<std::optional<std::string>> marks;
  io::FoldOptions reading;                    ///< of large documents
  io::ReadOptions options;                    ///< with which rule sets were read; points into `documents`
  std::vector<io::InputReport> reports;       ///< in input order
  std::vector<model::Nsg> nsgs;               ///< with defaults and faults, in input order
  std::vector<model::AdminRule> admin_rules;  ///< security admin rules, in input order
  /// Cloud Services in templates, by index of the document.
  std::vector<std::pair<std::uint32_t, io::Node>> cloud_services;
  std::vector<std::size_t> nsg_counts;  ///< NSGs by argument: a file, or all files of a directory
  model::Topology topology;             ///< what the inputs say of the network around the NSGs
  model::NetworkContext context;        ///< default network, plus service tags given or found
  std::optional<std::vector<std::string>>
      parameters;                      ///< names that templates among the inputs declare; empty: none is
  std::vector<io::Diagnostic> errors;  ///< of parameter and tag files
  bool has_links{};                    ///< some template links to a file, so that more than its own text counts
  bool any_known{};                    ///< some input was of a known form with at least one NSG
  bool incomplete{};                   ///< something could not be read: exit 3
};

/// Reads files, directories (sorted, *.json and *.jsonc) and standard input. Never throws for what is in them.
[[nodiscard]] LoadedInputs load_inputs(const InputArguments& arguments, Process& process, bool quiet);

/// Says on `process.err` what could not be read.
void say_errors(const LoadedInputs& loaded, Process& process);

/// A file's bytes, or why not.
[[nodiscard]] tl::expected<std::string, std::string> read_bytes(const std::string& path, std::istream& standard_input);

/// Path as outputs show it: relative to the current directory where it lies below it, else as typed.
[[nodiscard]] std::string shown_path(const std::string& typed);

}  // namespace nsgcheck::cli
