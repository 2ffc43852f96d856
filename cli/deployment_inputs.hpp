// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/io/report.hpp"
#include "analyzer/model/deployment.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"
#include "simulator/path/walk.hpp"

namespace nsgcheck::cli {

/// A deployment and what outputs need to point into its files.
struct DeploymentInputs {
  io::Documents documents;
  io::AuditReport places;  ///< `inputs`: what became of the files, rule sets first
  model::Deployment deployment;
  bool incomplete{};  ///< a part of some file could not be read, said already: exit 3
  // For those who answer without a deployment where the files come to none.
  InputArguments rule_sets;              ///< its rule sets; no files before it is known which they are
  std::vector<std::string> told_by;      ///< paths of the deployment file and of the files of a Cloud Service
  std::vector<io::Diagnostic> faults;    ///< what of these cannot be read, said already
  std::vector<io::Diagnostic> refusals;  ///< why what can be read is no deployment, said already
};

/// `exit`, or that the answer is one of the inputs that could be read.
[[nodiscard]] Exit answered(const DeploymentInputs& inputs, Exit exit);

/// Reads the deployment out of all files that tell of it: the deployment file, the rule sets that it names and those
/// given besides, each once; what options say wins. False when there is nothing to walk, or a file of which nothing
/// could be read, said on `process.err`: a rule set that is missing would let everything pass.
[[nodiscard]] bool load_deployment(const DeploymentArguments& arguments, Process& process, DeploymentInputs& inputs);

/// The clients that `--from` names: an address, a prefix, or a tag that has addresses; "" is Internet. Empty when it is
/// none of them, said on `process.err`.
[[nodiscard]] std::optional<net::AddressSet> clients_of(const std::string& from, const model::Deployment& deployment,
                                                        Process& process);

/// The time that `--now` names, nanoseconds since 1970. Without it there is none, and a deployment whose account
/// expires gets the assumption that it has not. False when it is no time, said on `process.err`.
[[nodiscard]] bool read_now(const std::string& now, model::Deployment& deployment, std::optional<std::int64_t>& time,
                            Process& process);

/// The assumptions that verdicts of NSGs in a deployment rest on: those about the balancer, remote desktop and states
/// are none of theirs.
[[nodiscard]] std::vector<policy::Assumption> filter_assumptions(const model::Deployment& deployment);

[[nodiscard]] path::WalkOptions walk_options(const DeploymentArguments& arguments);

}  // namespace nsgcheck::cli
