// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/reader.hpp"

#include <array>
#include <utility>

#include "analyzer/io/arm/template.hpp"
#include "analyzer/io/collector.hpp"
#include "analyzer/io/duplicate_keys.hpp"
#include "analyzer/io/form.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

bool has_schema(const Node& node, std::string_view part) {
  return net::lower(text_of(node, "$schema")).find(part) != std::string::npos;
}

/// In the order in which they are tried: what is more particular comes first.
constexpr std::array kForms{
    Form{"arm-template", looks_like_template, read_template},
    Form{"arm-parameters", is_arm_parameters, read_nothing},
    Form{"building-blocks", is_building_blocks, read_building_blocks},
    Form{"terraform-plan", is_terraform_plan, read_terraform_plan},
    Form{"terraform-state", is_terraform_state, read_terraform_state},
    Form{"tfstate", is_tfstate, read_tfstate},
    Form{"terraform-state", is_terraform_attributes, read_terraform_attributes},
    Form{"cassette", is_cassette, read_cassette},
    Form{"effective-rules", is_effective_rules, read_effective_rules},
    Form{"security-admin", is_security_admin, read_security_admin},
    Form{"what-if", is_what_if, read_what_if},
    Form{"service-tags", is_service_tag_file, read_nothing},
    Form{"flow-log", is_flow_log, read_nothing},
    Form{"classic-nsg", is_classic_nsg, read_classic_nsg},
    Form{"az-new-nsg", is_az_new_nsg, read_resources},
    Form{"psrule-export", is_psrule_export, read_resources},
    Form{"powershell", is_powershell, read_powershell},
    Form{"resource-graph", is_resource_graph, read_resource_graph},
    Form{"az-cli", is_az_cli, read_resources},
    Form{"rest-list", is_rest_list, read_resources},
    Form{"rest", is_rest, read_resources},
    Form{"rule-list", is_rule_list, read_resources},
};

}  // namespace

bool is_arm_parameters(const Node& root) { return has_schema(root, "deploymentparameters.json"); }

bool is_flow_log(const Node& root) {
  const Node* records = list_of(root, "records");
  if (records == nullptr || records->items().empty()) return false;
  const Node& first = records->items().front();
  return first.at({"properties", "flows"}) != nullptr || first.find("flowRecords") != nullptr;
}

RuleSource read_nothing(const Document& document, const ReadOptions&) {
  RuleSource source;
  source.skipped.push_back({document.root.span, "a file of this form holds no network security group"});
  return source;
}

RuleSource read_rules(const Document& document, const ReadOptions& options) {
  for (const Form& form : kForms) {
    if (!form.fits(document.root)) continue;
    RuleSource source = form.read(document, options);
    source.format = form.name;
    report_duplicate_keys(document, source);
    return source;
  }
  return {};
}

}  // namespace nsgcheck::io
