// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/document.hpp"
#include "analyzer/model/nsg.hpp"
#include "analyzer/policy/expectation.hpp"
#include "analyzer/policy/policy.hpp"

namespace nsgcheck::io {

/// An example of a policy file: rules, or for a policy about deployments files, that must violate the policy or must
/// not.
struct PolicyExample {
  std::string why;
  bool must_fail{};
  std::vector<model::SecurityRule> rules;
  std::vector<std::string> files;  ///< samples: in rules/samples/cloud-service-files, or .../suppressions
  std::optional<policy::Intent> intent;  ///< of a policy about intents: what the rules should do
};

struct PolicyFile {
  policy::Policy policy;
  std::vector<PolicyExample> examples;
};

/// Reads one policy (rules/schema/policy.schema.json). Unknown keys, duplicate keys and values of the wrong kind are
/// errors at their line and column.
[[nodiscard]] tl::expected<PolicyFile, Diagnostic> read_policy(std::string_view file, std::string_view yaml);

/// As above for a document that is parsed already, from JSON or YAML.
[[nodiscard]] tl::expected<PolicyFile, Diagnostic> read_policy(const Document& document);

/// The policies of rules/*.yaml that are compiled into the program, by id; without their examples. Parsed once, when
/// first asked for. Defined in the library nsgcheck::rules, which a program must link that calls it.
[[nodiscard]] const std::vector<policy::Policy>& built_in_policies();

}  // namespace nsgcheck::io
