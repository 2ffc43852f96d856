// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::model {

/// How remote desktop gets from one place to the next (semantics 4).
enum class PathStepKind : std::uint8_t {
  Balanced,  ///< the balancer sends a client's connection to the forwarder's port of an instance
  Opened,    ///< a forwarder opens a connection of its own to the named instance's remote desktop
  Inside,    ///< the same where it is itself the named instance: nothing leaves the machine
};

struct PathStep {
  PathStepKind kind{};
  const Instance* from{};  ///< null for Balanced
  const Instance* to{};
};

/// A way from the balancer to a named instance, step by step.
using PathWay = std::vector<PathStep>;

/// The ways that remote desktop through the balancer can take in a deployment, for one address family. Instances
/// without an address of the family are not on any. Says nothing about what filters let through.
class PathGraph {
 public:
  /// `deployment` must outlive this.
  PathGraph(const Deployment& deployment, net::Family family);
  ~PathGraph();
  PathGraph(const PathGraph&) = delete;
  PathGraph& operator=(const PathGraph&) = delete;

  /// Every way to the instance, in the order of the deployment's forwarders. Empty: no role imports RemoteForwarder,
  /// or the instance has no address of the family.
  [[nodiscard]] std::vector<PathWay> ways(const Instance& target) const;

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace nsgcheck::model
