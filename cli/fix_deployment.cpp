// SPDX-License-Identifier: Apache-2.0
#include "cli/fix_deployment.hpp"

#include <fmt/format.h>

#include <ostream>
#include <utility>

#include "analyzer/model/rule_change.hpp"
#include "analyzer/net/text.hpp"
#include "simulator/path/reach.hpp"

namespace nsgcheck::cli {

ReachWatch::ReachWatch(DeploymentInputs inputs) : inputs_{std::move(inputs)} {}

ReachWatch::Clients ReachWatch::clients_of(const model::Deployment& deployment) const {
  const path::CompiledDeployment compiled{deployment};
  Clients out;
  // Everybody: an operator's few addresses are worth as much as all of the Internet.
  for (const path::ReachAnswer& answer : path::reach(compiled, net::AddressSet::any(), std::nullopt))
    out.push_back(answer.sources);
  return out;
}

bool ReachWatch::has(const model::Nsg& nsg) const {
  const auto& all = inputs_.deployment.nsgs;
  return std::any_of(all.begin(), all.end(), [&](const model::Nsg& one) {
    return net::same_word(one.name, nsg.name) && model::same_rules(one, nsg);
  });
}

std::string ReachWatch::broken_by(const model::Nsg& before, const model::Nsg& after) const {
  model::Deployment was = inputs_.deployment;
  model::Deployment is = inputs_.deployment;
  bool any = false;
  for (std::size_t i = 0; i < is.nsgs.size(); ++i) {
    if (!net::same_word(is.nsgs[i].name, after.name)) continue;
    // With --write, changes that came before are in force already.
    was.nsgs[i] = before;
    is.nsgs[i] = after;
    any = true;
  }
  if (!any) return {};
  const Clients reached = clients_of(was);
  const Clients left = clients_of(is);
  std::size_t next = 0;
  for (const model::Role& role : is.roles)
    for (const model::Instance& instance : role.instances) {
      if (next >= reached.size() || next >= left.size()) return {};
      if (!left[next].covers(reached[next]))
        return "the way to " + instance.name + " (clients that reached it would not any more)";
      ++next;
    }
  return {};
}

std::unique_ptr<ReachWatch> watch_reach(const FixArguments& arguments, const LoadedInputs& loaded, Process& process) {
  DeploymentArguments wanted;
  wanted.files = arguments.deployment;
  wanted.parameters = arguments.inputs.parameters;
  wanted.set = arguments.inputs.set;
  wanted.others_check_parameters = true;
  wanted.service_tags = arguments.inputs.service_tags;
  wanted.forwarder_port = arguments.forwarder_port;
  DeploymentInputs inputs;
  if (!load_deployment(wanted, process, inputs) || inputs.incomplete) return nullptr;
  auto out = std::make_unique<ReachWatch>(std::move(inputs));
  for (const model::Nsg& nsg : loaded.nsgs) {
    if (out->has(nsg)) continue;
    process.err << fmt::format(
        "nsgcheck: --deployment has no NSG \"{}\" with the rules that are to be changed, so nothing could be said of "
        "it\n",
        io::printable(nsg.name));
    return nullptr;
  }
  return out;
}

}  // namespace nsgcheck::cli
