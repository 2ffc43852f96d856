// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "analyzer/io/reader.hpp"

namespace nsgcheck::io {

/// A form of input: what it is called, how to know it by its content (nsg-semantics 4.1), how to read it.
struct Form {
  std::string_view name;
  bool (*fits)(const Node& root);
  /// Fills everything but RuleSource::format.
  RuleSource (*read)(const Document& document, const ReadOptions& options);
};

// One declaration a form; the table that puts them in order is in reader.cpp.

[[nodiscard]] bool is_arm_parameters(const Node& root);

[[nodiscard]] bool is_terraform_plan(const Node& root);
[[nodiscard]] RuleSource read_terraform_plan(const Document& document, const ReadOptions& options);
[[nodiscard]] bool is_terraform_state(const Node& root);
[[nodiscard]] RuleSource read_terraform_state(const Document& document, const ReadOptions& options);
[[nodiscard]] bool is_tfstate(const Node& root);
[[nodiscard]] RuleSource read_tfstate(const Document& document, const ReadOptions& options);
/// `resources` as a map of type, local name and attributes, as test tools for providers keep them.
[[nodiscard]] bool is_terraform_attributes(const Node& root);
[[nodiscard]] RuleSource read_terraform_attributes(const Document& document, const ReadOptions& options);

[[nodiscard]] bool is_building_blocks(const Node& root);
[[nodiscard]] RuleSource read_building_blocks(const Document& document, const ReadOptions& options);

[[nodiscard]] bool is_cassette(const Node& root);
[[nodiscard]] RuleSource read_cassette(const Document& document, const ReadOptions& options);

[[nodiscard]] bool is_effective_rules(const Node& root);
[[nodiscard]] RuleSource read_effective_rules(const Document& document, const ReadOptions& options);

[[nodiscard]] bool is_resource_graph(const Node& root);
[[nodiscard]] RuleSource read_resource_graph(const Document& document, const ReadOptions& options);

[[nodiscard]] bool is_security_admin(const Node& root);
[[nodiscard]] RuleSource read_security_admin(const Document& document, const ReadOptions& options);

[[nodiscard]] bool is_what_if(const Node& root);
[[nodiscard]] RuleSource read_what_if(const Document& document, const ReadOptions& options);

[[nodiscard]] bool is_psrule_export(const Node& root);
[[nodiscard]] bool is_powershell(const Node& root);
[[nodiscard]] RuleSource read_powershell(const Document& document, const ReadOptions& options);

[[nodiscard]] bool is_az_new_nsg(const Node& root);
[[nodiscard]] bool is_az_cli(const Node& root);
[[nodiscard]] bool is_rest(const Node& root);
[[nodiscard]] bool is_rest_list(const Node& root);
[[nodiscard]] bool is_rule_list(const Node& root);
/// Whatever stands in the document, resource by resource.
[[nodiscard]] RuleSource read_resources(const Document& document, const ReadOptions& options);

/// A group, or a list of them, as the service management API answers: elements of parse_xml().
[[nodiscard]] bool is_classic_nsg(const Node& root);
[[nodiscard]] RuleSource read_classic_nsg(const Document& document, const ReadOptions& options);

[[nodiscard]] bool is_service_tag_file(const Node& root);
[[nodiscard]] bool is_flow_log(const Node& root);
/// A known form that never holds rules.
[[nodiscard]] RuleSource read_nothing(const Document& document, const ReadOptions& options);

}  // namespace nsgcheck::io
