// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/policy/compare.hpp"
#include "analyzer/policy/flow_path.hpp"

namespace nsgcheck::policy {

/// A deployment on both sides of a change of its NSGs. Roles, subnets and admin rules are the same in both.
struct DeploymentPair {
  model::Deployment before, after;
  /// By comparison: the index of its NSG in the deployment that was given; empty: it stands nowhere there.
  std::vector<std::optional<std::size_t>> stands;
};

/// Puts the compared NSGs in the place of those of the deployment that are called like one of the pair (without regard
/// to case). Where one side has none, its subnets and NICs have none there; NSGs that no pair names stay in both.
[[nodiscard]] DeploymentPair with_sides(const model::Deployment& deployment, const std::vector<NsgDiff>& diffs);

/// What a change of one NSG means for the whole way of flows of one instance.
struct PathChange {
  const model::Role* role{};          ///< of the deployment after
  const model::Instance* instance{};  ///< likewise
  std::size_t diff{};                 ///< index of the comparison
  const Change* change{};
  /// What all stages let through on one side only: the new one for NewlyAllowed, the old one for NewlyDenied.
  std::vector<NamedRegion> arrives;
  std::vector<NamedRegion> unknown;  ///< of which that is not settled
  std::optional<model::Reason> reason;
  std::optional<Witness> witness;  ///< of `arrives`
  /// The stages that surely let nothing of the change through on that side, where nothing arrives. Their places are not
  /// to be looked at any more.
  std::vector<PathStage> stopped_by;
  bool complete{true};
};

/// For each instance behind an NSG that changed, each of its changes. A flow that two changed stages are about is in
/// the entries of both. Addresses of subnets that no instance has are the other end only, as long as no NSG of their
/// own end changes: nobody is there. Pure. `pair` and `diffs` must outlive the result, which points into them.
/// REQUIRES: comparisons in the deployment's network (context_of()), so that tags mean in both what they mean along the
/// way.
[[nodiscard]] std::vector<PathChange> path_changes(const DeploymentPair& pair, const std::vector<NsgDiff>& diffs);

}  // namespace nsgcheck::policy
