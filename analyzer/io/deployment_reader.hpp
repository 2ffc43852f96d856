// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/io/document.hpp"
#include "analyzer/model/deployment.hpp"

namespace nsgcheck::io {

/// A deployment file (interface 6) before its NSGs are there.
struct DeploymentFile {
  model::Deployment deployment;        ///< NSGs and what refers to them not filled in
  std::vector<std::string> nsg_files;  ///< as written: relative to the deployment file
  std::string service_tags;            ///< likewise; empty: none
  std::vector<Diagnostic> errors;      ///< all faults of the file, located
  /// Names of NSGs by what they are attached to, to be resolved by attach_nsgs().
  struct Attachment {
    std::string nsg;
    SourceSpan span;
    std::optional<std::size_t> subnet;                            ///< index into Deployment::subnets, or
    std::optional<std::pair<std::size_t, std::size_t>> instance;  ///< role and instance
  };
  std::vector<Attachment> attachments;
  /// Groups that stand before a subnet and that no input holds, by index into Deployment::subnets; their rules are
  /// unknown.
  std::vector<std::pair<std::size_t, model::Nsg>> missing_nsgs;
  std::vector<std::string> missing_parts;  ///< what else of the network is not known, in sentences
};

/// True for a JSON document that is a deployment file: it has the keys of one and none of a template.
[[nodiscard]] bool is_deployment_file(const Node& root);

/// Reads the file; unknown keys, wrong types and bad values are errors, each default that is used is noted in
/// Deployment::assumptions. With `roles_elsewhere` the roles may be missing: other files tell them.
[[nodiscard]] DeploymentFile read_deployment(const Document& document, bool roles_elsewhere = false);

/// Gives the deployment its NSGs, adding their defaults, and resolves the names without regard to case; a name that no
/// NSG has, or more than one, is an error. Where the file attaches none, the rule sets' own attachments to its subnets
/// count, else a single NSG is attached to every subnet; both are assumptions. Several without any are an error. `own`:
/// so many of the first are the deployment's own, which alone count where it attaches none.
void attach_nsgs(DeploymentFile& file, std::vector<model::Nsg> nsgs, const Document& document,
                 std::size_t own = static_cast<std::size_t>(-1));

}  // namespace nsgcheck::io
