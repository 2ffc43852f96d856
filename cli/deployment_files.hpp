// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/io/document.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// One of the files that describe a deployment, known by its content.
struct DeploymentPart {
  std::string path;
  std::string bytes;
  bool xml{};
};

/// The files that describe a deployment, by what they are.
struct DeploymentParts {
  std::optional<DeploymentPart> deployment;  ///< the deployment file
  std::vector<DeploymentPart> cloud;         ///< files and resources of a Cloud Service
  std::vector<std::string> rules;            ///< rule sets and templates, as paths, and directories of them
  std::vector<io::Diagnostic> errors;        ///< files that cannot be read at all
  std::vector<io::Diagnostic> misuse;        ///< files that cannot be given like this
};

/// Looks into every file. A file of no form that is known counts as a rule set: its reader says what is wrong.
[[nodiscard]] DeploymentParts sort_deployment_files(const std::vector<std::string>& files, Process& process);

/// Whether one of the files tells of a deployment and not of rule sets alone: a file of a Cloud Service, a template
/// with one, or a deployment file. Directories and standard input are not looked into.
[[nodiscard]] bool tell_of_deployment(const std::vector<std::string>& files, Process& process);

/// The document of a part, with the index that its spans carry.
[[nodiscard]] tl::expected<io::Document, io::Diagnostic> parse_part(const DeploymentPart& part, std::size_t index);

}  // namespace nsgcheck::cli
