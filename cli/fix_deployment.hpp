// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/deployment_inputs.hpp"
#include "cli/inputs.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// Looks after remote desktop in a deployment while its rule sets change.
class ReachWatch {
 public:
  explicit ReachWatch(DeploymentInputs inputs);

  /// What is cut off when an NSG becomes another: an instance that clients of the Internet, or those inside, reached
  /// before; "" for nothing. Groups are found by name; one that the deployment does not have cuts nothing off.
  [[nodiscard]] std::string broken_by(const model::Nsg& before, const model::Nsg& after) const;
  /// True when the deployment has such a group, with the same rules.
  [[nodiscard]] bool has(const model::Nsg& nsg) const;
  [[nodiscard]] const model::Deployment& deployment() const { return inputs_.deployment; }

 private:
  /// Clients by instance that surely get through to it.
  using Clients = std::vector<net::AddressSet>;
  [[nodiscard]] Clients clients_of(const model::Deployment& deployment) const;

  DeploymentInputs inputs_;
};

/// The deployment of --deployment. Null when it cannot be read or has not the rule sets that are to be changed, said on
/// `process.err`.
[[nodiscard]] std::unique_ptr<ReachWatch> watch_reach(const FixArguments& arguments, const LoadedInputs& loaded,
                                                      Process& process);

}  // namespace nsgcheck::cli
