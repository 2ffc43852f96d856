// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzer/engine/classifier.hpp"
#include "analyzer/io/flow_file.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/policy/explain.hpp"

namespace nsgcheck::io {

/// One NSG's answer to a flow.
struct StageReport {
  const model::Nsg* nsg{};
  policy::StageAnswer answer;
};

/// A flow asked of one or more NSGs. `places` gives documents and files for lines and quotes, and assumptions.
struct ExplainReport {
  const AuditReport* places{};
  FlowRow flow;
  std::vector<StageReport> stages;
};

/// The verdict of all stages together: theirs when they agree; empty when they differ (interface 4).
[[nodiscard]] std::optional<engine::Verdict> common_verdict(const ExplainReport& report);

/// Interface 4. `indent` -1: one line.
[[nodiscard]] std::string render_explain_json(const ExplainReport& report, int indent);
/// The ladder of rules: looked at, why not, which decided; with the deciding rule quoted from its file.
[[nodiscard]] std::string render_explain_text(const ExplainReport& report, const TextStyle& style);

/// Writes answers to many packets, one line each, from parts that are made once: hundreds of thousands a second.
class FlowLineWriter {
 public:
  /// `deciders[i]`: JSON and text of rule i of the NSG, ready to be copied.
  FlowLineWriter(const AuditReport& places, const std::vector<const model::Nsg*>& nsgs);

  /// One object of interface 4 (without rulesEvaluated) and a line feed. `rules[s]`: the decider of stage s, as an
  /// index into that NSG's rules; empty when unknown.
  void json(std::string& out, const FlowRow& flow, std::span<const std::size_t> stages,
            std::span<const engine::Verdict> verdicts, std::span<const std::optional<policy::ModelRule>> rules) const;
  /// "allow  inbound tcp 203.0.113.7:50000 -> 10.0.0.4:3389  web-nsg: AllowRdp (100)".
  void text(std::string& out, const FlowRow& flow, std::span<const std::size_t> stages,
            std::span<const engine::Verdict> verdicts, std::span<const std::optional<policy::ModelRule>> rules) const;

 private:
  struct NsgParts {
    std::string json_name, text_name, applied_to;
    std::vector<std::string> json_rules, text_rules;
  };
  std::vector<NsgParts> nsgs_;
  std::string assumptions_;
};

}  // namespace nsgcheck::io
