// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/arguments.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

// Options that several commands have.
namespace nsgcheck::cli {

/// Formats by name, those that fit a command only.
class FormatOption {
 public:
  FormatOption(std::initializer_list<std::string_view> names);
  [[nodiscard]] std::string names() const;
  /// Throws CLI::ValidationError for a name that is none of them.
  [[nodiscard]] Format parse(const std::string& name) const;

 private:
  std::map<std::string, Format> by_name_;
};

/// --format, --color, --quiet. `formats` must outlive the app.
void add_common(CLI::App& app, CommonArguments& common, const FormatOption& formats);
/// -o FORMAT=FILE. `formats` must outlive the app.
void add_outputs(CLI::App& app, std::vector<std::pair<Format, std::string>>& outputs, const FormatOption& formats);
/// A repeatable option whose values are two texts with "=" between them, of which the second may be empty or not.
void add_pairs(CLI::App& app, const std::string& option, const std::string& form,
               std::vector<std::pair<std::string, std::string>>& pairs, const std::string& help,
               bool may_be_empty = false);
CLI::Option* add_deployment_files(CLI::App& app, std::vector<std::string>& files);
/// --parameters, --set, --service-tags of rule sets.
void add_input_options(CLI::App& app, InputArguments& inputs);
/// Rule sets, which with a deployment may be missing: it names its own.
void add_inputs(CLI::App& app, InputArguments& inputs, std::vector<std::string>& deployment);
void add_policy_files(CLI::App& app, std::vector<std::string>& policies);
/// --expect of rule sets: an intent file.
CLI::Option* add_expect(CLI::App& app, std::string& expect);
/// 0 to 65535, in digits.
CLI::Option* add_port(CLI::App& app, const std::string& name, std::optional<net::Port>& port,
                      const std::string& description);
/// `usual`: the severity without the option, for the help.
void add_fail_on(CLI::App& app, std::optional<policy::Severity>& fail_on, const std::string& usual);
void add_jobs(CLI::App& app, unsigned& jobs);
/// `names`: how the option is called.
void add_evidence(CLI::App& app, std::string& evidence, const std::string& names);
/// --deployment and what goes with it.
void add_deployment(CLI::App& app, DeploymentArguments& deployment);
/// Takes the files that describe the deployment out of those that a command looks at. Throws CLI::RequiredError without
/// any.
void take_deployment(std::vector<std::string>& looked_at, DeploymentArguments& deployment);
/// How the forwarder reads requests and compares names, where that is known.
void add_reading(CLI::App& app, DeploymentArguments& deployment);
/// Whose way is asked for, and when.
void add_clients(CLI::App& app, std::string& from, std::string& now);

}  // namespace nsgcheck::cli
