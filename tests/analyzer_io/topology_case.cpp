// SPDX-License-Identifier: Apache-2.0
#include "topology_case.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "analyzer/model/application_group.hpp"
#include "analyzer/model/topology_deployment.hpp"

namespace nsgcheck::io::arm_case {
namespace {

std::string text(const net::AddressSet& set) { return fmt::format("{}", fmt::join(net::to_strings(set), ", ")); }

std::string nsg_name(const model::Deployment& deployment, std::optional<std::size_t> nsg) {
  return nsg ? deployment.nsgs[*nsg].name : "-";
}

std::string shown(const model::NetworkDeployment& network) {
  const model::Deployment& d = network.deployment;
  std::string out = fmt::format("network {}: {}\n", d.name, text(d.network.virtual_network));
  for (const model::Subnet& subnet : d.subnets) {
    out += fmt::format("subnet {}", subnet.name);
    for (const net::AnyPrefix& prefix : subnet.prefixes) out += ' ' + text(net::AddressSet::of(prefix));
    out += fmt::format(" nsg {}", nsg_name(d, subnet.nsg));
    for (const model::Route& route : subnet.routes) out += " route " + text(net::AddressSet::of(route.prefix));
    out += '\n';
  }
  for (const model::Role& role : d.roles)
    for (const model::Instance& instance : role.instances) {
      out += fmt::format("nic {} subnet {}", instance.name, d.subnets[*role.subnet].name);
      for (const net::IpAddress& address : instance.addresses) out += ' ' + net::to_string(address);
      out += fmt::format(" nsg {}\n", nsg_name(d, instance.nsg));
    }
  for (const auto& [asg, members] : d.network.asg_members)
    out += fmt::format("asg {}: {}\n", model::group_name(asg), text(members));
  for (const auto& [nic, way] : network.ways)
    out += fmt::format("way to {} by {} {} {}{}\n", nic, way.by, way.frontend_port.value_or(0),
                       way.backend_port.value_or(0), way.closed ? " closed" : "") +
           (way.probe_port ? fmt::format("probe of {} {}\n", way.by, *way.probe_port) : "");
  for (const std::string& line : network.missing) out += "missing: " + line + '\n';
  for (const std::string& line : network.not_placed) out += "not placed: " + line + '\n';
  for (const std::string& line : network.unfiltered) out += "unfiltered: " + line + '\n';
  return out;
}

}  // namespace

std::string arm(const std::string& resources) {
  return R"({"contentVersion": "1.0.0.0", "variables": {"v": "vnet"}, "resources": [)" + resources + "]}";
}

std::string networks_of(const std::vector<std::string>& files) {
  model::Topology topology;
  std::vector<model::Nsg> nsgs;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Document input = document(files[i], static_cast<std::uint32_t>(i));
    RuleSource source = read_rules(input, {});
    for (const Diagnostic& error : source.errors) ADD_FAILURE() << error.message;
    topology.append(std::move(source.topology));
    for (model::Nsg& nsg : source.nsgs) nsgs.push_back(model::with_defaults(std::move(nsg)));
  }
  std::string out;
  std::vector<const model::Nsg*> pointers;
  for (const model::Nsg& nsg : nsgs) pointers.push_back(&nsg);
  for (const model::NetworkDeployment& network : model::deployments_of(topology, pointers)) out += shown(network);
  return out;
}

}  // namespace nsgcheck::io::arm_case
