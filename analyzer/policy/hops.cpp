// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/hops.hpp"

namespace nsgcheck::policy {

std::string stage_name(const PathStage& stage) {
  switch (stage.kind) {
    case StageKind::Platform:
      return "platform, not filtered";
    case StageKind::AdminRules:
      return "admin rules (virtual network)";
    case StageKind::NoNsg:
      return "no NSG";
    case StageKind::Nsg:
    case StageKind::EndpointAcl:
    case StageKind::TrafficRules:
      break;
  }
  return stage.rules->name + " (" + std::string{stage.applied_to} + ')';
}

std::optional<std::int64_t> shown_priority(const model::SecurityRule& rule) {
  return rule.origin == model::Origin::Gap ? std::nullopt : rule.priority.value;
}

std::vector<Finding::Hop> hops_of(const FlowWay& way, const model::Deployment& deployment) {
  std::vector<Finding::Hop> out;
  for (const PathStage& stage : way.stages) {
    const Judgement& judgement = stage.answer.judgement;
    Finding::Hop hop;
    hop.stage = stage_name(stage);
    hop.direction = stage.direction;
    hop.at = end_name(stage.at, deployment);
    if (stage.kind == StageKind::Nsg) hop.nsg = stage.rules->name;
    hop.applied_to = stage.applied_to;
    hop.verdict = judgement.verdict;
    if (stage.rules != nullptr && !judgement.decided_by.empty()) {
      const model::SecurityRule& rule = stage.rules->rules[judgement.decided_by.front()];
      hop.rule = rule.name;
      hop.priority = shown_priority(rule);
      hop.span = rule.span.known() ? rule.span : stage.rules->span;
    }
    out.push_back(std::move(hop));
  }
  return out;
}

}  // namespace nsgcheck::policy
