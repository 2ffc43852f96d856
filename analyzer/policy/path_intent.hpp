// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzer/policy/expectation.hpp"
#include "analyzer/policy/finding.hpp"
#include "analyzer/policy/flow_path.hpp"

namespace nsgcheck::policy {

/// A network in which expectations about whole ways are judged.
struct IntentNetwork {
  const model::Deployment& deployment;
  const FlowPaths& paths;  ///< of that deployment
  /// What the inputs leave open about the network, in sentences: nothing is held while they do.
  std::span<const std::string> open;
  /// Machines that may be in it and are not placed, in sentences: nothing is held that is about all machines.
  std::span<const std::string> unplaced;
  bool one_of_several{};  ///< findings say which
};

struct PathIntentJudgement {
  std::vector<Finding> findings;             ///< of policies in force, family NSG-INT; about no NSG
  std::vector<ExpectationVerdict> verdicts;  ///< of the expectations that the network has something for, in their order
  std::vector<std::string> assumptions;      ///< codes of model::assumption_text(), each once
};

/// Holds a network against the expectations that are about whole ways: whether the flows arrive through all stages, at
/// each instance that an expectation names; without names at every instance, and where there
/// is none at every subnet, but those that take no NSG. Pure.
[[nodiscard]] PathIntentJudgement judge_path_intent(const IntentNetwork& network, const Intent& intent,
                                                    std::span<const Policy> policies, net::Port forwarder_port);

}  // namespace nsgcheck::policy
