// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/io/document.hpp"
#include "analyzer/io/reader.hpp"
#include "analyzer/model/topology_deployment.hpp"
#include "analyzer/policy/arrivals.hpp"
#include "analyzer/policy/audit.hpp"
#include "analyzer/policy/baseline.hpp"
#include "analyzer/policy/mutate.hpp"

namespace nsgcheck::io {

/// What became of one input of an audit.
struct InputReport {
  std::string file;    ///< as shown: relative to the current directory where it lies below it
  std::string format;  ///< of RuleSource; "" when the form is not known or the bytes could not be parsed
  std::size_t nsgs{};
  std::size_t rules{};             ///< user rules
  std::vector<Skipped> skipped;    ///< what was left aside, with its place
  std::vector<Diagnostic> errors;  ///< parts that could not be read
  bool has_no_nsg{};               ///< a known form (or not) that holds no NSG: listed, never silently dropped
};

struct NsgReport {
  model::Nsg nsg;  ///< with defaults
  policy::NsgAudit audit;
  std::vector<policy::AttachedTo> attached;    ///< where it stands in the deployment, or in the networks of the inputs
  std::optional<policy::Mutation> mutation{};  ///< with --mutate, of an NSG that expectations are about
};

/// A virtual network that the inputs themselves describe.
struct NetworkReport {
  const model::NetworkDeployment* network{};
  std::vector<policy::Arrival> arrivals;  ///< by interface
  bool inside_followed{true};             ///< traffic from the virtual network itself is among them
};

/// What the expectations about whole ways came to in one network.
struct WaysReport {
  std::string network;  ///< its name
  std::vector<policy::ExpectationVerdict> verdicts;
};

/// Everything that an audit says, in input order; renderers add nothing and leave nothing out.
struct AuditReport {
  const Documents* documents{};    ///< for lines, columns, quotes
  std::vector<std::string> files;  ///< shown name of each document, by index
  std::vector<InputReport> inputs;
  std::vector<NsgReport> nsgs;
  /// What is said about a deployment as a whole, or about the networks of the inputs where expectations are about their
  /// ways: its name and where it stands, no rules, and findings about no NSG.
  /// Renderers take it where a finding's NSG belongs.
  std::optional<NsgReport> whole;
  /// What is said about the suppressions of the run, likewise; empty when it has none.
  std::optional<NsgReport> governance;
  /// With a baseline: its findings that are not there any more, in its order. Empty optional: no baseline.
  std::optional<std::vector<policy::BaselineEntry>> gone;
  std::vector<policy::Assumption> assumptions;
  std::vector<policy::Policy> policies;   ///< those that were in force
  const model::Deployment* deployment{};  ///< in which the NSGs stand; null: not known
  std::vector<policy::Arrival> arrivals;  ///< with a deployment: what gets through all stages
  std::vector<NetworkReport> networks;    ///< without one
  std::vector<std::string> unplaced;      ///< interfaces of the inputs that are in none of them
  const policy::Intent* intent{};         ///< what the rules should do; null: nothing is said
  std::vector<WaysReport> ways;           ///< by network in which expectations about whole ways were judged
};

/// Count of findings by severity, and by status (interface 3, `summary`).
struct Summary {
  std::size_t critical{}, high{}, medium{}, low{}, info{}, unknown{}, suppressed{};
  std::size_t known{};  ///< with a baseline: those of the counted that an earlier audit had
};
[[nodiscard]] Summary summarise(const AuditReport& report);

/// How text output may look.
struct TextStyle {
  bool color{};
  std::size_t width{80};
};

/// The program's face: per NSG the verdict table, then findings, worst first, each with the rule quoted under a caret,
/// witness, reason and remedy; then assumptions, inputs that were skipped or unreadable, and one summary line.
[[nodiscard]] std::string render_text(const AuditReport& report, const TextStyle& style);
/// Interface 3.
[[nodiscard]] std::string render_json(const AuditReport& report);
/// One finding a line, each the object of render_json's `findings`.
[[nodiscard]] std::string render_jsonl(const AuditReport& report);
/// What `--baseline` needs of the findings, one after the other: those that may be known.
[[nodiscard]] std::string render_baseline(const AuditReport& report);
/// SARIF 2.1.0 with what GitHub code scanning and Azure DevOps demand.
[[nodiscard]] std::string render_sarif(const AuditReport& report);
/// RFC 4180, one finding a row, header first.
[[nodiscard]] std::string render_csv(const AuditReport& report);
/// For a pull request comment.
[[nodiscard]] std::string render_markdown(const AuditReport& report);
/// Workflow annotations of GitHub Actions and Azure Pipelines; every text from outside is escaped.
[[nodiscard]] std::string render_github(const AuditReport& report);
[[nodiscard]] std::string render_azuredevops(const AuditReport& report);
/// JUnit XML: a test suite per NSG, a test case per policy.
[[nodiscard]] std::string render_junit(const AuditReport& report);

/// Text from outside made safe for a terminal: control characters, including those of C1 and bidirectional overrides,
/// become \xNN or \u{NNNN}; invalid UTF-8 likewise.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace nsgcheck::io
