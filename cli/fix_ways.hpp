// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/policy/expectation.hpp"
#include "analyzer/policy/path_intent.hpp"
#include "cli/audit_ways.hpp"
#include "cli/inputs.hpp"

namespace nsgcheck::cli {

/// Looks after the expectations about whole ways while rule sets change.
class WayWatch {
 public:
  /// `deployment`: that of --deployment, in which rule sets are found by name; null: the networks that the inputs
  /// describe themselves. All must outlive this.
  WayWatch(const policy::Intent& intent, const model::Deployment* deployment, const LoadedInputs& loaded,
           net::Port forwarder_port)
      : intent_{intent}, deployment_{deployment}, loaded_{loaded}, forwarder_port_{forwarder_port} {}

  /// What would not be held any more when a rule set of the inputs becomes `after`: "the expectation "web""; "" for
  /// nothing.
  [[nodiscard]] std::string broken_by(std::size_t nsg, const model::Nsg& after) const;
  /// Puts what is judged, and where, into a report that points into this.
  void show(io::AuditReport& report);

 private:
  using Nsgs = std::vector<const model::Nsg*>;
  [[nodiscard]] Nsgs nsgs() const;
  [[nodiscard]] std::vector<io::WaysReport> judge(const Nsgs& nsgs) const;
  [[nodiscard]] io::WaysReport judge(const policy::IntentNetwork& network) const;

  const policy::Intent& intent_;
  const model::Deployment* deployment_;
  const LoadedInputs& loaded_;
  net::Port forwarder_port_;
  std::vector<model::NetworkDeployment> shown_;  ///< what a report points into
};

}  // namespace nsgcheck::cli
