// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/io/flow_file.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/policy/flow_path.hpp"

namespace nsgcheck::io {

/// Writes answers to many packets, one line each, from parts that are made once: hundreds of thousands a second.
class FlowLineWriter {
 public:
  /// `lists`: what PacketStage::list numbers. With a deployment stages say where they stand; without, the NSG's own
  /// word on its attachment is given.
  FlowLineWriter(const AuditReport& places, const std::vector<const model::Nsg*>& lists,
                 const model::Deployment* deployment = nullptr);

  /// One object of interface 4 (without rulesEvaluated) and a line feed. No verdict: the stages differ.
  void json(std::string& out, const FlowRow& flow, std::span<const policy::PacketStage> stages,
            std::optional<engine::Verdict> verdict) const;
  /// A line for each NSG: "allow  inbound tcp 203.0.113.7:50000 -> 10.0.0.4:3389  web-nsg: AllowRdp (100)". With a
  /// deployment one line for all stages.
  void text(std::string& out, const FlowRow& flow, std::span<const policy::PacketStage> stages,
            std::optional<engine::Verdict> verdict) const;

 private:
  using At = std::pair<const policy::Place*, const model::Instance*>;
  struct ListParts {
    std::string json_name, text_name, applied_to;
    std::vector<std::string> json_rules, text_rules;
  };
  void stage_json(std::string& out, const policy::PacketStage& stage) const;
  [[nodiscard]] std::string_view decider(const policy::PacketStage& stage) const;
  const std::string& place(const At& at) const;

  std::vector<ListParts> lists_;
  std::string assumptions_;
  const model::Deployment* deployment_;
  mutable std::map<At, std::string> places_;  // made when first met
};

}  // namespace nsgcheck::io
