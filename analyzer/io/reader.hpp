// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/io/document.hpp"
#include "analyzer/model/deployment.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/model/nsg.hpp"
#include "analyzer/model/topology.hpp"

namespace nsgcheck::io {

/// Something of a file that was understood as "not for us" or could not be understood; listed, never dropped.
struct Skipped {
  SourceSpan span;
  std::string what;  ///< e.g. `resource of type Microsoft.Web/sites`
};

/// What one input holds.
struct RuleSource {
  std::string
      format;  ///< "arm-template", "az-cli", "rest", "rest-list", "rule-list", "resource-graph", ...; "" unknown
  std::vector<model::Nsg> nsgs;  ///< in input order; spans filled in, faults of the text noted, defaults not added
  /// Security admin rules of a network manager: they are looked at before the NSGs of the networks they apply to.
  std::vector<model::AdminRule> admin_rules;
  std::vector<Node> cloud_services;  ///< resources Microsoft.Compute/cloudServices of a template, evaluated
  model::Topology topology;          ///< what it says of the network around them
  std::optional<std::vector<std::string>> parameters;  ///< names that a template declares; empty: no template
  std::vector<Skipped> skipped;
  std::vector<Diagnostic> errors;  ///< parts that are not of their form: exit 3, the rest is answered
};

/// A file that a template links to, or why it is not at hand.
struct LinkedFile {
  const Document* document{};  ///< outlives the reading; null: not at hand
  std::string why;             ///< then why, a sentence without full stop
  bool broken{};               ///< then: it is there, but cannot be read
};
/// Finds a file by its path, which is relative to the directory of the document that is read.
using FindLinked = std::function<LinkedFile(const std::string& path)>;

struct ReadOptions {
  /// Parameter files for ARM templates (`--parameters`), later ones win.
  std::vector<const Document*> parameters;
  /// Values of ARM template parameters as text (`--set NAME=VALUE`), which win over files. JSON, but for parameters
  /// that the template declares as strings.
  std::vector<std::pair<std::string, std::string>> set;
  /// Linked ARM templates and parameter files; empty: none is at hand.
  FindLinked linked;
  /// Of forms that tell of a change (a Terraform plan, the answer of what-if): the state before it instead of after.
  bool before_change{};
};

/// Finds the form of a document from its content and reads the NSGs in it. Never throws for odd content.
[[nodiscard]] RuleSource read_rules(const Document& document, const ReadOptions& options);

/// Values of `--set` and of parameter files whose names are not among those that templates declare (`declared`, in any
/// case): Azure refuses such a deployment, and a misspelt name must not pass for the default. In the order given.
[[nodiscard]] std::vector<Diagnostic> undeclared_parameters(const ReadOptions& options,
                                                            std::span<const std::string> declared);

/// A service tag file: the weekly download or the discovery API's answer (nsg-semantics 1.6).
[[nodiscard]] tl::expected<model::ServiceTagTable, Diagnostic> read_service_tags(const Document& document);

}  // namespace nsgcheck::io
