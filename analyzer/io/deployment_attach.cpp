// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/io/deployment_reader.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

void attach(DeploymentFile& file, const DeploymentFile::Attachment& attachment, const Document& document) {
  model::Deployment& deployment = file.deployment;
  const auto named = [&](const model::Nsg& nsg) { return net::same_word(nsg.name, attachment.nsg); };
  const auto count = std::count_if(deployment.nsgs.begin(), deployment.nsgs.end(), named);
  if (count != 1) {
    const std::string_view fault = count == 0 ? "no NSG of the files in \"nsgs\" is called"
                                              : "more than one NSG of the files in \"nsgs\" is called";
    file.errors.push_back(
        {document.file, position_of(document, attachment.span), fmt::format("{} \"{}\"", fault, attachment.nsg)});
    return;
  }
  const auto found = std::find_if(deployment.nsgs.begin(), deployment.nsgs.end(), named);
  const auto index = static_cast<std::size_t>(found - deployment.nsgs.begin());
  if (attachment.subnet) deployment.subnets[*attachment.subnet].nsg = index;
  if (attachment.instance)
    deployment.roles[attachment.instance->first].instances[attachment.instance->second].nsg = index;
}

std::string_view last_segment(std::string_view id) { return id.substr(id.rfind('/') + 1); }

// The rule sets' own word on where they are attached. True when they say something that fits the subnets.
bool attach_by_rule_sets(model::Deployment& deployment, std::size_t own) {
  bool any = false;
  for (model::Subnet& subnet : deployment.subnets)
    for (std::size_t i = 0; i < own; ++i)
      for (const std::string& id : deployment.nsgs[i].subnets) {
        if (!net::same_word(last_segment(id), subnet.name)) continue;
        subnet.nsg = i;
        any = true;
      }
  return any;
}

void attach_everywhere(model::Deployment& deployment) {
  for (model::Subnet& subnet : deployment.subnets)
    if (!subnet.nsg) subnet.nsg = 0;
  if (!deployment.subnets.empty()) return;
  // No subnet is described: the one NSG stands before every instance.
  for (model::Role& role : deployment.roles)
    for (model::Instance& instance : role.instances) instance.nsg = 0;
}

}  // namespace

void attach_nsgs(DeploymentFile& file, std::vector<model::Nsg> nsgs, const Document& document, std::size_t own) {
  model::Deployment& deployment = file.deployment;
  deployment.nsgs.clear();
  for (model::Nsg& nsg : nsgs) deployment.nsgs.push_back(model::with_defaults(std::move(nsg)));
  own = std::min(own, deployment.nsgs.size());
  for (auto& [subnet, nsg] : file.missing_nsgs) {
    deployment.subnets[subnet].nsg = deployment.nsgs.size();
    deployment.nsgs.push_back(std::move(nsg));
  }
  for (const DeploymentFile::Attachment& attachment : file.attachments) attach(file, attachment, document);
  if (!file.attachments.empty() || own == 0) return;
  if (attach_by_rule_sets(deployment, own)) {
    deployment.assumptions.emplace_back("nsg-attachment-from-rules");
  } else if (own == 1) {
    attach_everywhere(deployment);
    deployment.assumptions.emplace_back("nsg-attached-everywhere");
  } else {
    // To leave them all out would let everything pass.
    const Node* at = document.root.find("nsgs");
    file.errors.push_back(
        {document.file, position_of(document, at != nullptr ? at->span : document.root.span),
         fmt::format("none of the {} NSGs is attached: name one in \"nsg\" of a subnet or an instance", own)});
  }
}

}  // namespace nsgcheck::io
