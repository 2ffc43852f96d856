// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/arrivals.hpp"

#include <algorithm>
#include <variant>

#include "analyzer/model/assumed_address.hpp"
#include "analyzer/model/rule_text.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Verdict;

net::AddressSet addresses_of(const model::Instance& instance) {
  net::AddressSet out;
  for (const net::IpAddress& address : instance.addresses) out = out | net::AddressSet::of(address);
  return out;
}

PathQuestion question_to(const model::Instance& instance, std::vector<model::AddressItem> from,
                         const net::ProtocolSet& protocols, const net::PortSet& ports) {
  PathQuestion question;
  question.direction = net::Direction::Inbound;
  question.from = std::move(from);
  question.to = {model::parse_address_item("*", {}, false)};
  question.to_only = addresses_of(instance);
  question.protocols = protocols;
  question.source_ports = net::PortSet::all();
  question.destination_ports = ports;
  return question;
}

// Where the instance may have several addresses that rules tell apart, what arrives is not known.
PathAnswer ask(const FlowPaths& paths, const model::Deployment& deployment, const model::Instance& instance,
               std::vector<model::AddressItem> from, const net::ProtocolSet& protocols, const net::PortSet& ports) {
  PathAnswer out = paths.ask(question_to(instance, std::move(from), protocols, ports));
  if (instance.space.empty()) return out;
  out.assumptions.emplace_back("instance-address-default");
  if (!model::rules_tell_apart(deployment, instance.space)) return out;
  Judgement& judgement = out.judgement;
  judgement.verdict = Verdict::Unknown;
  judgement.reason = model::Reason::UnresolvedExpression;
  judgement.unknown_region.insert(judgement.unknown_region.end(), judgement.region.begin(), judgement.region.end());
  judgement.region.clear();
  judgement.witness.reset();
  return out;
}

// The subnets in which an NSG stands, by its own attachment or by that of a NIC in them.
std::vector<std::size_t> subnets_of(const model::Deployment& deployment, std::size_t nsg) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < deployment.subnets.size(); ++i) {
    bool here = deployment.subnets[i].nsg == nsg;
    for (const model::Role& role : deployment.roles)
      for (const model::Instance& instance : role.instances) here = here || (role.subnet == i && instance.nsg == nsg);
    if (here) out.push_back(i);
  }
  return out;
}

/// The flows of which a policy or an expectation says that an NSG may not let them in; null for others.
const FlowPattern* forbidden_inbound(const Finding& finding) {
  if (finding.barred != nullptr && finding.barred->direction == net::Direction::Inbound) return finding.barred;
  for (const Ask& ask : finding.policy->asks) {
    const FlowPattern* flows = nullptr;
    if (const auto* forbid = std::get_if<Forbid>(&ask)) flows = &forbid->flows;
    if (const auto* whole = std::get_if<ForbidWhole>(&ask)) flows = &whole->flows;
    if (flows != nullptr && flows->direction == net::Direction::Inbound) return flows;
  }
  return nullptr;
}

struct Row {
  net::Port port;
  net::Protocol protocol;
  std::string_view source;
  friend bool operator==(const Row&, const Row&) = default;
};

std::vector<Row> with_ways(std::vector<Row> rows, const model::Instance& instance, const Ways& ways) {
  const auto add = [&](const Row& row) {
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
  };
  for (const auto& [name, way] : ways) {
    if (name != instance.name) continue;
    if (way.probe_port) add({*way.probe_port, net::kTcp, "AzureLoadBalancer"});
    // All ports at once are no row, and behind a floating address the destination is another one.
    if (!way.backend_port || *way.backend_port == 0 || way.floating) continue;
    const auto protocols = model::parse_protocols(way.protocol);
    for (const net::Protocol protocol : {net::kTcp, net::kUdp})
      if (!protocols || (*protocols)[protocol.number]) add({*way.backend_port, protocol, "Internet"});
  }
  return rows;
}

}  // namespace

bool follows_inside(const FlowPaths& paths, const model::Deployment& deployment) {
  constexpr std::size_t kMostPairs = 4096;
  std::size_t instances = 0;
  for (const model::Role& role : deployment.roles) instances += role.instances.size();
  return instances * paths.places().size() <= kMostPairs;
}

std::vector<Arrival> arrivals(const FlowPaths& paths, const model::Deployment& deployment, net::Port forwarder_port,
                              const Ways& ways) {
  std::vector<Row> rows;
  for (const std::string_view source : {"Internet", "VirtualNetwork", "AzureLoadBalancer"})
    rows.push_back({net::kRdpPort, net::kTcp, source});
  for (const std::string_view source : {"Internet", "VirtualNetwork"})
    rows.push_back({net::kRdpPort, net::kUdp, source});
  for (const std::string_view source : {"Internet", "VirtualNetwork", "AzureLoadBalancer"})
    rows.push_back({forwarder_port, net::kTcp, source});
  if (!follows_inside(paths, deployment))
    std::erase_if(rows, [](const Row& row) { return row.source == "VirtualNetwork"; });
  std::vector<Arrival> out;
  for (const model::Role& role : deployment.roles)
    for (const model::Instance& instance : role.instances)
      for (const Row& row : with_ways(rows, instance, ways))
        out.push_back({&role, &instance, row.port, row.protocol, std::string{row.source},
                       ask(paths, deployment, instance, {model::parse_address_item(row.source, {}, false)},
                           net::protocol_set({row.protocol}), net::PortSet::range(row.port, row.port))});
  return out;
}

std::vector<AttachedTo> attachments(const model::Deployment& deployment, std::size_t nsg) {
  std::vector<AttachedTo> out;
  for (const model::Subnet& subnet : deployment.subnets)
    if (subnet.nsg == nsg) out.push_back({"subnet", subnet.name});
  for (const model::Role& role : deployment.roles)
    for (const model::Instance& instance : role.instances)
      if (instance.nsg == nsg) out.push_back({"nic", instance.name});
  return out;
}

model::NetworkContext context_of(const model::Deployment& deployment, std::size_t nsg) {
  model::NetworkContext out = deployment.network;
  for (const std::size_t subnet : subnets_of(deployment, nsg))
    out.virtual_network = out.virtual_network | deployment.context(subnet).virtual_network;
  return out;
}

bool routes_differ(const model::Deployment& deployment, std::size_t nsg) {
  const auto subnets = subnets_of(deployment, nsg);
  return std::any_of(subnets.begin(), subnets.end(), [&](std::size_t subnet) {
    return deployment.context(subnet).virtual_network != deployment.context(subnets.front()).virtual_network;
  });
}

void note_arrivals(std::vector<Finding>& findings, std::size_t nsg, const FlowPaths& paths,
                   const model::Deployment& deployment, net::Port forwarder_port) {
  for (Finding& finding : findings) {
    const FlowPattern* flows = forbidden_inbound(finding);
    if (flows == nullptr) continue;
    const net::PortSet ports = ports_of(*flows, forwarder_port);
    // The group may stand in several networks.
    if (!finding.arrives) finding.arrives.emplace();
    Finding::Arrives& arrives = *finding.arrives;
    for (const model::Role& role : deployment.roles) {
      for (const model::Instance& instance : role.instances) {
        const bool behind = instance.nsg == nsg || (role.subnet && deployment.subnets[*role.subnet].nsg == nsg);
        if (!behind) continue;
        const Verdict verdict =
            ask(paths, deployment, instance, flows->from, flows->protocols, ports).judgement.verdict;
        if (verdict == Verdict::Allow || verdict == Verdict::Partial) arrives.at.push_back(instance.name);
        if (verdict == Verdict::Unknown) arrives.perhaps_at.push_back(instance.name);
      }
    }
  }
}

}  // namespace nsgcheck::policy
